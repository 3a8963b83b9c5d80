import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { examineData } from '../../faults/harness/examine-data.ts';
import { startLoad } from '../../faults/harness/load.ts';
import { drawLots, type Lots } from '../../faults/harness/lots.ts';
import { type Container, startContainer } from '../support/container.ts';
import { engine } from '../support/engine-command.ts';

// Bad days that only a container engine can make; test/faults/README.md says what they are about.

async function loginTo(container: Container): Promise<pg.ClientConfig> {
  const [host = '', port] = (await container.address(5432)).split(':');
  return { host, port: Number(port), user: 'postgres', password: 'secret of the tests' };
}

function lots(): Lots {
  const drawn = drawLots(randomInt(2 ** 31));
  console.log(`seed ${drawn.seed}`);
  return drawn;
}

test("a backend that reaches the container's memory limit under load costs a recovery, and no acknowledged key", async () => {
  await using container = await startContainer({
    flags: ['--memory', '256m', '--memory-swap', '256m'],
    configuration: 'parameters: { shared_buffers: 32MB }',
  });
  const before = await container.ready();
  const load = await startLoad({ login: await loginTo(container), generation: 0 }, lots());
  await load.progress(100);
  const greedy = "SELECT length(string_agg(repeat('x', 1000), '')) FROM generate_series(1, 800000)";
  expect(await container.sqlError(greedy)).toContain('server closed the connection unexpectedly');
  const after = await container.waitFor(({ postgres }) => postgres.crashRestarts > 0 && postgres.ready);
  expect(after.manager).toEqual(before.manager);
  expect(after.postgres).toMatchObject({ starts: 1, crashes: 0 });
  await load.progress(100);
  const ledger = await load.stop();
  expect(await examineData(await loginTo(container), [ledger])).toEqual([]);
  expect(await container.stop()).toMatchObject({ exitCode: 0 });
});

test('a container that the engine kills under load has every acknowledged key when it is started again', async () => {
  await using container = await startContainer();
  await container.ready();
  const random = lots();
  const load = await startLoad({ login: await loginTo(container), generation: 0 }, random);
  await load.progress(100);
  await delay(random.between(0, 500));
  await engine(['kill', container.id]);
  const ledger = await load.stop();
  await container.restart();
  await container.ready();
  expect(await examineData(await loginTo(container), [ledger])).toEqual([]);
  expect(await container.stop()).toMatchObject({ exitCode: 0 });
});
