import { expect, test } from 'vitest';
import { sortLeftovers } from '../../../src/postmaster/leftover.ts';
import { observeChildTitles, observeServerProcesses } from '../../../src/postmaster/observe-leftovers.ts';
import { instanceFolder } from '../run/instance-folder.ts';

test('nothing of a living server is an orphan, however often it is looked at while sessions come and go', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady();
  const { postgres } = await manager.status();
  for (let time = 0; time < 30; time += 1) {
    const session = manager.sql('SELECT 1');
    const { orphans, living } = sortLeftovers(observeServerProcesses(place.dataDirectory));
    expect(orphans).toEqual([]);
    expect(living.map(({ pid }) => pid)).toContain(postgres.pid);
    expect(living.length).toBeGreaterThan(4);
    await session;
  }
  expect(observeChildTitles(postgres.pid ?? 0).join()).toMatch(/postgres: checkpointer/);
  await manager.stop();
  expect(observeServerProcesses(place.dataDirectory)).toEqual([]);
});

test('a server in another data folder is not looked at, and a folder that is not there has none', async () => {
  await using place = await instanceFolder();
  await using other = await instanceFolder();
  await other.startReady();
  expect(observeServerProcesses(place.dataDirectory)).toEqual([]);
  expect(observeServerProcesses(`${place.folder}/not-there`)).toEqual([]);
});
