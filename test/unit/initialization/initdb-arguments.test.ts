import { describe, expect, test } from 'vitest';
import {
  hasOption,
  hostAccessLine,
  initdbArguments,
  optionValues,
} from '../../../src/initialization/initdb-arguments.ts';
import { aNewCluster } from '../../support/a-new-cluster.ts';

const place = { dataDirectory: '/d', walDirectory: undefined, passwordFile: undefined };

describe('initdb', () => {
  test('is told to let everybody in over the local socket, and to listen on all addresses', () => {
    expect(initdbArguments(aNewCluster(), place)).toEqual([
      ...['--pgdata', '/d', '--username', 'postgres', '--encoding=UTF8', '--auth-local=trust'],
      ...['--auth-host=scram-sha-256', '--set=listen_addresses=*'],
    ]);
  });

  test('gets the words of the user last, where they win', () => {
    const wanted = aNewCluster({ initdbArguments: ['--set', 'listen_addresses=localhost', '-A', 'md5'] });
    expect(initdbArguments(wanted, { ...place, walDirectory: '/w', passwordFile: '/p' }).slice(8)).toEqual([
      ...['--pwfile', '/p', '--waldir', '/w', '--set', 'listen_addresses=localhost', '-A', 'md5'],
    ]);
  });

  test('trusts who is on the same machine when everybody is trusted', () => {
    expect(initdbArguments(aNewCluster({ hostAuthMethod: 'trust' }), place)).toContain('--auth-host=trust');
    expect(initdbArguments(aNewCluster({ hostAuthMethod: 'md5' }), place)).toContain('--auth-host=scram-sha-256');
  });
});

test('who comes from elsewhere needs a password, unless another method is given', () => {
  expect(hostAccessLine(aNewCluster())).toContain('\nhost all all all scram-sha-256\n');
  expect(hostAccessLine(aNewCluster({ hostAuthMethod: 'ldap ldapserver=x' }))).toContain(
    '\nhost all all all ldap ldapserver=x\n',
  );
});

test('an option is found however it is written', () => {
  const names = { long: ['auth', 'auth-host'], short: 'A' };
  const words = ['--auth', 'a', '-k', '--auth-host=b', '-A', 'c', '-Ad', '--auth-local=e', '--auth'];
  expect(optionValues(words, names)).toEqual(['a', 'b', 'c', 'd']);
  expect(hasOption(['--pwfile-of-mine', 'x'], { long: ['pwfile'] })).toBe(false);
});
