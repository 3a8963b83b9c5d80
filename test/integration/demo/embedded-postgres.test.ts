import { expect, it } from 'vitest';
import { findEmbeddedPostgres } from '../../../src/demo/embedded-postgres.ts';

it('finds PostgreSQL 18 on this machine', async () => {
  const found = await findEmbeddedPostgres(process.platform, process.arch);
  expect(found).toMatchObject({ kind: 'found', postgresVersion: expect.stringMatching(/^18\.\d+$/) });
});

it('says in a sentence that the program is for Linux', async () => {
  const message = expect.stringContaining('a program for Linux; on darwin');
  expect(await findEmbeddedPostgres('darwin', 'arm64')).toEqual({ kind: 'not-found', message });
});

it('says in a sentence that there is no package for a processor', async () => {
  const message = expect.stringContaining('this machine is riscv64');
  expect(await findEmbeddedPostgres('linux', 'riscv64')).toEqual({ kind: 'not-found', message });
});
