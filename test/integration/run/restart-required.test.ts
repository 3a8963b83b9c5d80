import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { addImage } from './images.ts';
import { type InstanceFolder, instanceFolder, standInForPostgres } from './instance-folder.ts';

function isRequired({ restartRequired }: InstanceStatus): boolean {
  return restartRequired.required;
}

function isMissed({ findings }: InstanceStatus): boolean {
  return findings.some(({ reason }) => reason === 'SystemLibraryMissing');
}

function isNotRequired(status: InstanceStatus): boolean {
  return !isRequired(status) && status.configuration.state === 'applied' && status.postgres.ready;
}

const withLibrary = 'extensions: [{ name: uuid-ossp, ld_library_path: [system] }]\n';
const withoutLibrary = 'extensions: [{ name: uuid-ossp }]\n';

describe('what only a new postmaster will have', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: withLibrary, images: ['uuid-ossp', 'hstore', 'pg_stat_statements'] });
    manager = await place.startReady();
  });
  afterAll(() => place?.remove());

  test('is LD_LIBRARY_PATH: reported with its extensions when it changes, had after a restart, and back again', async () => {
    const folder = `${place.extensionsDirectory}/uuid-ossp/system`;
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    place.writeConfiguration(withoutLibrary);
    const dropped = await manager.waitFor((status) => isRequired(status) && isMissed(status));
    expect(dropped.restartRequired.reasons).toEqual([
      { name: 'LD_LIBRARY_PATH', running: folder, desired: null, extensions: ['uuid-ossp'] },
    ]);
    expect(dropped.findings).toMatchObject([
      { reason: 'SystemLibraryMissing', subject: 'extension/uuid-ossp' },
      { reason: 'RestartRequired', message: expect.stringContaining('LD_LIBRARY_PATH') },
    ]);
    expect(await manager.sql('SELECT 1 AS one FROM uuid_generate_v4()')).toEqual([{ one: 1 }]);
    expect(dropped.postgres.starts).toBe(1);

    expect(await place.command('restart')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('restarted') });
    const restarted = await manager.waitFor(isNotRequired);
    expect(restarted.postgres).toMatchObject({ starts: 2, crashes: 0 });
    await expect(manager.sql('SELECT uuid_generate_v4()')).rejects.toThrow('libossp-uuid.so.16');

    place.writeConfiguration(withLibrary);
    const added = await manager.waitFor(isRequired);
    expect(added.restartRequired.reasons).toEqual([
      { name: 'LD_LIBRARY_PATH', running: null, desired: folder, extensions: ['uuid-ossp'] },
    ]);
    expect((await place.command('restart')).exitCode).toBe(0);
    await manager.waitFor(isNotRequired);
    expect(await manager.sql('SELECT 1 AS one FROM uuid_generate_v4()')).toEqual([{ one: 1 }]);
  });

  test('is PATH: a bin_path that is added', async () => {
    place.writeConfiguration(`${withLibrary.replace('[system]', '[system], bin_path: [bin]')}`);
    mkdirSync(`${place.extensionsDirectory}/uuid-ossp/bin`);
    const { restartRequired } = await manager.waitFor(isRequired);
    expect(restartRequired.reasons).toEqual([
      {
        name: 'PATH',
        running: '/usr/bin:/bin',
        desired: `/usr/bin:/bin:${place.extensionsDirectory}/uuid-ossp/bin`,
        extensions: ['uuid-ossp'],
      },
    ]);
    place.writeConfiguration(withLibrary);
    await manager.waitFor(isNotRequired);
  });

  test('is a variable: its old and its new value, its owner, and no value that is secret', async () => {
    const withVariables = (value: string): string => `extensions:
  - name: uuid-ossp
    ld_library_path: [system]
    env: [{ name: UUID_HOME, value: "\${image_root}/${value}" }, { name: API_TOKEN, value: "hush-${value}" }]
`;
    place.writeConfiguration(withVariables('one'));
    const added = await manager.waitFor(isRequired);
    const home = `${place.extensionsDirectory}/uuid-ossp`;
    expect(added.restartRequired.reasons).toEqual([
      { name: 'API_TOKEN', running: null, desired: '(hidden)', extensions: ['uuid-ossp'] },
      { name: 'UUID_HOME', running: null, desired: `${home}/one`, extensions: ['uuid-ossp'] },
    ]);
    expect((await place.command('restart')).exitCode).toBe(0);
    await manager.waitFor(isNotRequired);

    place.writeConfiguration(withVariables('two'));
    const changed = await manager.waitFor(isRequired);
    expect(changed.restartRequired.reasons).toEqual([
      { name: 'API_TOKEN', running: '(hidden)', desired: '(hidden)', extensions: ['uuid-ossp'] },
      { name: 'UUID_HOME', running: `${home}/one`, desired: `${home}/two`, extensions: ['uuid-ossp'] },
    ]);
    expect(manager.output()).not.toContain('hush');
    place.writeConfiguration(withVariables('one'));
    await manager.waitFor(isNotRequired);
  });

  test('names an extension that was removed altogether', async () => {
    place.writeConfiguration('removal: force\n');
    const { restartRequired } = await manager.waitFor(isRequired);
    expect(restartRequired.reasons.find(({ name }) => name === 'LD_LIBRARY_PATH')).toMatchObject({
      desired: null,
      extensions: ['uuid-ossp'],
    });
    place.writeConfiguration(withLibrary);
  });

  test('is a preloaded library, with the extension that brings it', async () => {
    place.writeConfiguration('removal: force\nextensions: [{ name: pg_stat_statements }]\n');
    expect((await place.command('restart')).exitCode).toBe(0);
    await manager.waitFor(isNotRequired);
    place.writeConfiguration(
      'removal: force\nextensions: [{ name: pg_stat_statements }]\nshared_preload_libraries: [pg_stat_statements]\n',
    );
    const { restartRequired } = await manager.waitFor(isRequired);
    expect(restartRequired.reasons).toEqual([
      {
        name: 'shared_preload_libraries',
        running: '',
        desired: 'pg_stat_statements',
        extensions: ['pg_stat_statements'],
      },
    ]);
    place.writeConfiguration('removal: force\nextensions: [{ name: pg_stat_statements }]\n');
    await manager.waitFor(isNotRequired);
  });

  test('is not a path of the images: that takes effect by reload', async () => {
    place.writeConfiguration('removal: force\nextensions: [{ name: hstore }]\n');
    await manager.waitFor(
      (status) => status.configuration.state === 'applied' && status.extensions[0]?.name === 'hstore',
    );
    expect((await manager.status()).restartRequired).toEqual({ required: false, reasons: [] });
    await manager.sql('CREATE EXTENSION hstore');
  });
});

test.each(['manual', 'automatic'])(
  'a restart changes nothing about what the command line settles (policy %s)',
  async (policy) => {
    await using place = await instanceFolder({
      configuration: `restart_policy: ${policy}\n`,
      settings: { max_connections: '20' },
    });
    const manager = await place.startReady({ flags: ['-c', 'max_connections=25'] });
    for (const _pass of [1, 2, 3]) await manager.control('POST', '/reload');
    const { restartRequired, findings, postgres, configuration } = await manager.waitFor((one) => one.postgres.ready);
    expect(restartRequired).toEqual({ required: false, reasons: [] });
    expect(findings).toEqual([]);
    expect(configuration.state).toBe('applied');
    expect(postgres.starts).toBe(1);
    expect(manager.log().filter(({ level }) => level === 'error')).toEqual([]);
  },
);

describe('restart_policy: automatic', () => {
  test('restarts once for it, and then all is well', async () => {
    await using place = await instanceFolder({
      configuration: `${withoutLibrary}restart_policy: automatic\n`,
      images: ['uuid-ossp'],
    });
    const manager = await place.startReady();
    place.writeConfiguration(`${withLibrary}restart_policy: automatic\nparameters: { max_connections: 30 }\n`);
    const { postgres, findings } = await manager.waitFor(
      (status) => status.postgres.starts === 2 && isNotRequired(status) && !isMissed(status),
    );
    expect(postgres).toMatchObject({ crashes: 0, ready: true });
    expect(findings).toEqual([]);
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    expect(await manager.sql('SHOW max_connections')).toEqual([{ max_connections: '30' }]);
    expect((await manager.get('/metrics')).body).toContain('pg_instance_manager_restarts_total{result="done"} 1');
  });

  test('restarts once for an image that was mounted late', async () => {
    await using place = await instanceFolder({
      configuration:
        'extensions: [{ name: pg_stat_statements }]\nshared_preload_libraries: [pg_stat_statements]\nrestart_policy: automatic\n',
    });
    const manager = await place.startReady({ flags: ['--resync-interval', '200ms'] });
    await addImage('pg_stat_statements', place.extensionsDirectory);
    await manager.waitFor((status) => status.postgres.starts === 2 && isNotRequired(status));
    expect(await manager.sql('SHOW shared_preload_libraries')).toEqual([
      { shared_preload_libraries: 'pg_stat_statements' },
    ]);
  });

  test('does not restart again for what the restart did not clear, and says so', async () => {
    await using place = await instanceFolder({
      configuration: `${withLibrary}restart_policy: automatic\n`,
      images: ['uuid-ossp'],
    });
    // A server that is started through a script which takes the variable away: no restart will ever help.
    const real = join(place.binDirectory, 'postgres');
    const binDirectory = standInForPostgres(place, `unset LD_LIBRARY_PATH; exec ${real} "$@"`);
    const manager = place.start({ binDirectory, flags: ['--resync-interval', '100ms'] });
    const { findings, restartRequired } = await manager.waitFor(
      (status) => status.postgres.ready && status.findings.some(({ reason }) => reason === 'RestartDidNotHelp'),
      20_000,
    );
    expect(findings).toMatchObject([{ severity: 'warning', message: expect.stringContaining('LD_LIBRARY_PATH') }]);
    expect(restartRequired.reasons).toMatchObject([{ name: 'LD_LIBRARY_PATH', running: null }]);
    for (const _pass of [1, 2, 3]) await manager.control('POST', '/reload');
    const { postgres } = await manager.status();
    expect(postgres).toMatchObject({ starts: 2, ready: true });
  });

  test('does not restart for a parameter that the command line keeps as it is', async () => {
    await using place = await instanceFolder({ configuration: 'restart_policy: automatic\n' });
    const manager = await place.startReady({ flags: ['-c', 'max_connections=25'] });
    place.writeConfiguration('restart_policy: automatic\nparameters: { max_connections: 30 }\n');
    const status = await manager.waitFor(({ findings }) => findings.length > 0);
    expect(status.findings[0]?.message).toContain('max_connections');
    for (const _pass of [1, 2, 3]) await manager.control('POST', '/reload');
    const { postgres } = await manager.waitFor((one) => one.postgres.ready);
    expect(postgres.starts).toBeLessThanOrEqual(2);
    expect(await manager.sql('SHOW max_connections')).toEqual([{ max_connections: '25' }]);
  });
});
