import { describe, expect, test } from 'vitest';
import { findUser, parsePasswd } from '../../../src/instance/passwd.ts';

const text = `root:x:0:0:root:/root:/bin/bash
postgres:x:999:999:PostgreSQL,,,:/var/lib/postgresql:/bin/bash
nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin
`;
const entries = parsePasswd(text);
const nobody = { name: 'nobody', uid: 65_534, gid: 65_533, home: '/nonexistent' };
const postgres = { name: 'postgres', uid: 999, gid: 999, home: '/var/lib/postgresql' };

describe('parsePasswd', () => {
  test('reads name, uid, gid and home', () => {
    expect(entries).toEqual([{ name: 'root', uid: 0, gid: 0, home: '/root' }, postgres, nobody]);
  });

  test.each([
    '',
    '\n\n',
    '# a comment',
    '+::::::',
    'short',
    'name:x:notanumber:0::/:/bin/sh',
    ':x:1:1::/:/bin/sh',
    'a:x:-1:1::/:',
  ])('passes over %j', (line) => {
    expect(parsePasswd(line)).toEqual([]);
  });

  test('takes the root folder for the home of a line that is too short to have one', () => {
    expect(parsePasswd('a:x:1:2')).toEqual([{ name: 'a', uid: 1, gid: 2, home: '/' }]);
  });
});

describe('findUser', () => {
  test('prefers postgres, else takes nobody', () => {
    expect(findUser(entries, undefined)).toEqual(postgres);
    expect(findUser([nobody], undefined)).toEqual(nobody);
    expect(findUser([], undefined)).toBeUndefined();
  });

  test('finds a name, and does not make one up', () => {
    expect(findUser(entries, 'nobody')).toEqual(nobody);
    expect(findUser(entries, 'joe')).toBeUndefined();
    expect(findUser(entries, '')).toBeUndefined();
  });

  test('finds a uid that has a name', () => {
    expect(findUser(entries, '65534')).toEqual(nobody);
    expect(findUser(entries, '0')).toMatchObject({ name: 'root', uid: 0 });
  });

  test('takes a uid that nobody has, as containers do, with a group of the same number', () => {
    expect(findUser(entries, '26')).toEqual({ name: '', uid: 26, gid: 26, home: '/' });
  });

  test('takes the group that stands behind the uid', () => {
    expect(findUser(entries, '26:27')).toEqual({ name: '', uid: 26, gid: 27, home: '/' });
    expect(findUser(entries, '999:0')).toEqual({ ...postgres, gid: 0 });
  });

  test.each(['26:', ':26', '26:27:28', '-1', '1.5', '26:group'])('makes no user of "%s"', (wanted) => {
    expect(findUser(entries, wanted)).toBeUndefined();
  });
});
