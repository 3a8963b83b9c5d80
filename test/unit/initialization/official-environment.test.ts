import { expect, test } from 'vitest';
import { parseOfficialEnvironment } from '../../../src/initialization/official-environment.ts';

const absent = { kind: 'absent' };

test('nothing is set', () => {
  expect(parseOfficialEnvironment({})).toEqual({
    user: absent,
    password: absent,
    database: absent,
    initdbArguments: absent,
    walDirectory: undefined,
    hostAuthMethod: undefined,
  });
});

test('what is set but empty counts as not set', () => {
  const names = ['PASSWORD', 'PASSWORD_FILE', 'USER', 'DB', 'INITDB_ARGS', 'INITDB_WALDIR', 'HOST_AUTH_METHOD'];
  const empty = Object.fromEntries(names.map((name) => [`POSTGRES_${name}`, '']));
  expect(parseOfficialEnvironment(empty)).toEqual(parseOfficialEnvironment({}));
});

test('every value is taken as it is, blanks and quotes included', () => {
  expect(
    parseOfficialEnvironment({
      POSTGRES_PASSWORD: ` it's "hush" `,
      POSTGRES_USER: 'my user',
      POSTGRES_DB: 'my "db"',
      POSTGRES_INITDB_ARGS: "--locale='de DE'",
      POSTGRES_INITDB_WALDIR: '/wal',
      POSTGRES_HOST_AUTH_METHOD: 'ldap ldapserver=x',
    }),
  ).toEqual({
    password: { kind: 'text', text: ` it's "hush" ` },
    user: { kind: 'text', text: 'my user' },
    database: { kind: 'text', text: 'my "db"' },
    initdbArguments: { kind: 'text', text: "--locale='de DE'" },
    walDirectory: '/wal',
    hostAuthMethod: 'ldap ldapserver=x',
  });
});

test.each([
  ['POSTGRES_PASSWORD', 'password'],
  ['POSTGRES_USER', 'user'],
  ['POSTGRES_DB', 'database'],
  ['POSTGRES_INITDB_ARGS', 'initdbArguments'],
])('%s can be given as a file, but not both', (name, key) => {
  expect(parseOfficialEnvironment({ [`${name}_FILE`]: '/run/secrets/x', [name]: '' })).toMatchObject({
    [key]: { kind: 'file', path: '/run/secrets/x', variable: `${name}_FILE` },
  });
  expect(parseOfficialEnvironment({ [`${name}_FILE`]: '/run/secrets/x', [name]: 'x' })).toEqual({
    refused: expect.stringMatching(new RegExp(`${name} and ${name}_FILE`)),
  });
});
