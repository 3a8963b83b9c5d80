import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { observeSocketLocks } from '../../../src/postmaster/observe-socket-locks.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function folders(): { readonly sockets: string; readonly data: string; readonly other: string } {
  const folder = temporaryFolder('socket-locks');
  const [sockets, data, other] = ['sockets', 'data', 'other'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const one of [sockets, data, other]) mkdirSync(one);
  return { sockets, data, other };
}

test('finds the lock that a postmaster of this data folder has left, when something has its pid', () => {
  const { sockets, data } = folders();
  const path = join(sockets, '.s.PGSQL.5432.lock');
  writeFileSync(path, `${process.pid}\n${data}/\n1700000000\n5432\n${sockets}\n`);
  expect(observeSocketLocks(sockets, data)).toEqual([{ path, pid: process.pid }]);
});

test("leaves out another data folder's, one whose pid nothing has, one that says nothing, and what is no lock", () => {
  const { sockets, data, other } = folders();
  writeFileSync(join(sockets, '.s.PGSQL.5432.lock'), `${process.pid}\n${other}\n`);
  writeFileSync(join(sockets, '.s.PGSQL.5433.lock'), `4194303\n${data}\n`);
  writeFileSync(join(sockets, '.s.PGSQL.5434.lock'), '');
  writeFileSync(join(sockets, '.s.PGSQL.5435.lock'), `x\n${data}\n`);
  writeFileSync(join(sockets, 'notes'), `${process.pid}\n${data}\n`);
  expect(observeSocketLocks(sockets, data)).toEqual([]);
  expect(observeSocketLocks(join(sockets, 'not-there'), data)).toEqual([]);
});
