import { expect, test } from 'vitest';
import { namedVolume, runOnce, startContainer } from '../support/container.ts';
import { images } from '../support/images.ts';

/** `Database cluster state` of a volume that nobody uses. */
async function clusterState(volume: string): Promise<string | undefined> {
  const { all } = await runOnce(['--volume', `${volume}:/var/lib/postgresql`, images.postgres, 'pg_controldata']);
  return /^Database cluster state: +(.+)$/m.exec(all)?.[1];
}

test('stop is quick and clean, sessions or not, and the next container has the data', async ({ annotate }) => {
  await using volume = await namedVolume();
  const flags = ['--volume', `${volume.name}:/var/lib/postgresql`];
  {
    await using container = await startContainer({ flags });
    await container.ready();
    await container.sql(['CREATE TABLE kept (id int)', 'INSERT INTO kept VALUES (1)']);
    const session = container.sql('SELECT pg_sleep(600)').catch((error: Error) => error.message);
    await expect
      .poll(() => container.sql("SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'"))
      .toBe('1');
    const { tookMs, exitCode } = await container.stop();
    await annotate(`stopped within ${Math.round(tookMs)} ms`);
    expect(exitCode).toBe(0);
    expect(tookMs).toBeLessThan(8_000);
    expect(await session).toContain('terminating connection due to administrator command');
    expect(await clusterState(volume.name)).toBe('shut down');
  }
  // a cluster that exists needs no password
  await using container = await startContainer({ flags, environment: { POSTGRES_PASSWORD: '' } });
  await container.ready();
  expect(await container.sql('SELECT * FROM kept')).toBe('1');
  expect(await container.output()).not.toContain('not properly shut down');
});

test('a stop at any moment of the first start ends with 0 and leaves a whole cluster or none', async () => {
  await using volume = await namedVolume();
  const flags = ['--volume', `${volume.name}:/var/lib/postgresql`];
  for (const waitMs of [0, 50, 150, 400, 800]) {
    await using container = await startContainer({ flags });
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    expect(await container.stop()).toMatchObject({ exitCode: 0 });
    expect([undefined, 'shut down']).toContain(await clusterState(volume.name));
  }
  await using container = await startContainer({ flags });
  await container.ready();
  expect(await container.sql('SELECT 1')).toBe('1');
});

test('of two containers on one volume the second ends with 75, and the first does not notice', async () => {
  await using volume = await namedVolume();
  const flags = ['--volume', `${volume.name}:/var/lib/postgresql`];
  await using first = await startContainer({ flags });
  const { postgres } = await first.ready();
  await using second = await startContainer({ flags });
  expect(await second.ended()).toBe(75);
  expect(await second.output()).toMatch(/in use/);
  expect((await first.status()).postgres).toEqual({ ...postgres });
  expect(await first.sql('SELECT 1')).toBe('1');
  expect(await first.stop()).toMatchObject({ exitCode: 0 });
});
