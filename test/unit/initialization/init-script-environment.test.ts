import { describe, expect, test } from 'vitest';
import { initScriptEnvironment } from '../../../src/initialization/init-script-environment.ts';
import { aNewCluster } from '../../support/a-new-cluster.ts';

const place = { socketFolder: '/s', port: 5433, dataDirectory: '/d', binDirectory: '/b' };
const wanted = aNewCluster({ superuser: 'app', database: 'my db' });

describe('an init script', () => {
  test('reaches the server without arguments, and nothing of the container leads it elsewhere', () => {
    const container = { PGHOST: 'elsewhere', PGHOSTADDR: '10.0.0.1', PGSERVICE: 'other', PGPORT: '1' };
    expect(initScriptEnvironment({ ...container, LANG: 'C' }, container, wanted, undefined, place)).toEqual({
      LANG: 'C',
      PATH: '/b:/usr/bin:/bin',
      PGHOST: '/s',
      PGPORT: '5433',
      PGUSER: 'app',
      PGDATABASE: 'my db',
      PGDATA: '/d',
      POSTGRES_USER: 'app',
      POSTGRES_DB: 'my db',
    });
  });

  test('has the environment that the images give the server', () => {
    const server = { PATH: '/usr/bin:/extensions/x/bin', LD_LIBRARY_PATH: '/extensions/x/system' };
    expect(initScriptEnvironment(server, {}, wanted, undefined, place)).toMatchObject({
      PATH: '/b:/usr/bin:/extensions/x/bin',
      LD_LIBRARY_PATH: '/extensions/x/system',
    });
  });

  test('has the password and all the other variables of the official image, files resolved', () => {
    const container = {
      POSTGRES_PASSWORD_FILE: '/run/secrets/p',
      POSTGRES_INITDB_ARGS: '-k',
      POSTGRES_MULTIPLE_DATABASES: 'a,b',
      POSTGRES_EMPTY: '',
      OTHER: 'x',
    };
    const environment = initScriptEnvironment({}, container, wanted, 'hush', place);
    expect(environment).toMatchObject({
      POSTGRES_PASSWORD: 'hush',
      PGPASSWORD: 'hush',
      POSTGRES_INITDB_ARGS: '-k',
      POSTGRES_MULTIPLE_DATABASES: 'a,b',
    });
    for (const name of ['POSTGRES_PASSWORD_FILE', 'POSTGRES_EMPTY', 'OTHER'])
      expect(environment).not.toHaveProperty(name);
  });
});
