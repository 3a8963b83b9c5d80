import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { instanceFolder } from './instance-folder.ts';

test('an orphan that holds the log open after a restart does not end the new postmaster a second time', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady();
  await manager.sql("COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; sleep 2 >/dev/null & true'");
  expect(await place.command('restart')).toMatchObject({ exitCode: 0 });
  const { pid } = (await manager.status()).postgres;
  await delay(2_500);
  expect((await manager.status()).postgres).toMatchObject({ pid, starts: 2, crashes: 0, ready: true });
  await manager.stop();
});

test('a smart shutdown may take longer than five seconds', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady({ flags: ['--shutdown-mode', 'smart', '--shutdown-budget', '60s'] });
  const client = await manager.client();
  manager.signal('SIGTERM');
  await delay(6_000);
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await client.end();
  expect(await manager.exited).toEqual({ code: 0, signal: null });
});

test('a folder of the library path that may not be entered has no libraries, and that is all', async () => {
  const configuration = `
shared_preload_libraries: [nowhere]
parameters: { dynamic_library_path: "/proc/1/root/lib" }
`;
  await using place = await instanceFolder({ configuration });
  const manager = await place.startReady();
  expect((await manager.status()).findings).toEqual([expect.objectContaining({ reason: 'PreloadLibraryNotFound' })]);
  await manager.stop();
});

test('a bad configuration makes no folders', async () => {
  await using place = await instanceFolder({ configuration: 'extensions: 3', data: 'empty' });
  const data = join(place.folder, 'not-there/data');
  const run = join(place.folder, 'not-there/run');
  const manager = place.start({ flags: ['--pgdata', data, '--run-dir', run] });
  expect(await manager.exited).toEqual({ code: 78, signal: null });
  expect(existsSync(join(place.folder, 'not-there'))).toBe(false);
});

test('folders that are made can be reached, and only the data is closed to others', async () => {
  await using place = await instanceFolder({ data: 'empty' });
  // a normal user makes them in his own folder; root makes them anywhere and gives them away
  const parent = process.getuid?.() === 0 ? join(place.folder, 'deep/er') : place.folder;
  const data = join(parent, 'new-data');
  const run = join(parent, 'new-run');
  const manager = place.start({ flags: ['--pgdata', data, '--run-dir', run] });
  await expect.poll(() => existsSync(join(run, 'pg-instance-manager.sock')), { timeout: 20_000 }).toBe(true);
  expect(statSync(data).mode & 0o777).toBe(0o700);
  expect(statSync(run).mode & 0o777).toBe(0o755);
  expect(statSync(parent).mode & 0o055).toBe(0o055);
  expect(await manager.stop()).toMatchObject({ code: 0 });
});
