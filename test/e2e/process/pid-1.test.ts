import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { type Container, startContainer } from '../support/container.ts';
import type { Output } from '../support/engine-command.ts';

const pgbench = ['pgbench', '-h', '/run/postgresql', '-U', 'postgres'];

/** It is one second, also with four clients that leave no core free; a machine may be many times slower. */
const mostMs = 10_000;

describe('PID 1', () => {
  const held: { container?: Container } = {};
  const container = (): Container => held.container ?? expect.unreachable('the container was not started');
  const shell = (script: string): Promise<Output> => container().exec(['sh', '-c', script]);
  /** The states of all processes in the container, a letter each. */
  const states = async (): Promise<string> =>
    (await shell("sed -n 's/^State:[[:space:]]*\\(.\\).*/\\1/p' /proc/[0-9]*/status | tr -d '\\n'")).stdout;

  beforeAll(async () => {
    held.container = await startContainer({
      environment: { NODE_OPTIONS: `--max-old-space-size=32 --import=${gluttony}` },
    });
    await held.container.ready();
    const { exitCode, all } = await held.container.exec([...pgbench, '--initialize', '--quiet', 'postgres']);
    expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => held.container?.remove());

  test('reaps a thousand orphans that exit with 2, half of them at once, and PostgreSQL does not notice', async () => {
    const { postgres } = await container().status();
    const before = (await states()).length;
    // https://github.com/docker-library/postgres/issues/1349
    await shell('i=0; while [ $i -lt 500 ]; do (exit 2) & i=$((i+1)); done; exit 0');
    await shell('i=0; while [ $i -lt 500 ]; do (sleep 2; exit 2) & i=$((i+1)); done; exit 0');
    await delay(2_000);
    // PostgreSQL's own may have ended meanwhile.
    await expect.poll(async () => (await states()).length).toBeLessThanOrEqual(before);
    expect(await states()).not.toContain('Z');
    const after = (await container().status()).postgres;
    expect(after).toMatchObject({ pid: postgres.pid, ready: true, crashes: 0, crashRestarts: 0 });
    expect(await container().output()).not.toMatch(/untracked child|terminating any other/);
  });

  /**
   * What happens to transactions while the manager dies, and how long it takes until the status is true again. `kill`
   * tells the last moment at which the manager was alive for certain.
   */
  async function deathUnderLoad(kill: (before: InstanceStatus) => Promise<number>): Promise<number> {
    const before = await container().ready();
    const load = container().exec([...pgbench, '--no-vacuum', '-c', '4', '-T', '10', '-P', '1', 'postgres']);
    const isOver = { value: false };
    void load.then(() => {
      isOver.value = true;
    });
    await delay(2_000);
    const startMs = await kill(before);
    const after = await container().waitFor(
      ({ manager, postgres }) => manager.startedAt !== before.manager.startedAt && postgres.ready,
    );
    const tookMs = performance.now() - startMs;
    expect(isOver.value).toBe(false);
    expect(after.postgres).toMatchObject({ pid: before.postgres.pid, crashes: 0, crashRestarts: 0 });
    expect(after.phase).toBe('Running');
    const { exitCode, stdout, stderr } = await load;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toContain('number of failed transactions: 0 (0.000%)');
    expect(stderr).not.toMatch(/error|aborted/);
    return tookMs;
  }

  test('keeps PostgreSQL when the manager is killed under load: not one failed transaction', async ({ annotate }) => {
    const tookMs = await deathUnderLoad(async ({ manager }) => {
      const aliveMs = performance.now();
      expect(await shell(`kill -KILL ${manager.pid}`)).toMatchObject({ exitCode: 0 });
      return aliveMs;
    });
    await annotate(`the status was true again after at most ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(mostMs);
    expect((await container().log()).map(({ msg }) => msg)).toContainEqual(
      expect.stringContaining('it is started again'),
    );
  });

  test('keeps PostgreSQL when the manager reaches its heap limit under load: not one failed transaction', async ({
    annotate,
  }) => {
    const tookMs = await deathUnderLoad(async ({ manager }) => {
      await shell(`kill -USR2 ${manager.pid}`);
      // Its sockets are gone before the init has noticed and said so.
      const deaths = async (): Promise<readonly string[]> =>
        (await container().log())
          .filter(({ msg }) => msg.startsWith('the manager was killed by signal 6'))
          .map((line) => String(line['time']));
      await expect.poll(deaths, { timeout: 10_000 }).toHaveLength(1);
      const [death = ''] = await deaths();
      return performance.now() - (Date.now() - Date.parse(death));
    });
    await annotate(`the status was true again after at most ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(mostMs);
    expect(await container().output()).toContain('heap out of memory');
  });

  test('does not let SIGUSR1 open an inspector, neither its own nor the one of Node.js', async () => {
    const { manager } = await container().ready();
    expect(await shell(`kill -USR1 1 ${manager.pid}`)).toMatchObject({ exitCode: 0 });
    await delay(1_000);
    const inspector = 9229;
    const { stdout } = await shell('cat /proc/net/tcp /proc/net/tcp6');
    expect(stdout).not.toContain(`:${inspector.toString(16).toUpperCase()} `);
    expect((await container().status()).manager).toEqual(manager);
    expect(await container().output()).not.toContain('Debugger listening');
  });

  test('ends with 0 when all of that is over', async () => {
    expect(await container().stop()).toMatchObject({ exitCode: 0 });
    expect(await container().output()).toContain('database system is shut down');
  });
});

/** Nothing that a client sends fills the heap, so a signal does. Without blanks, as NODE_OPTIONS wants it. */
const gluttony = `data:text/javascript,${encodeURIComponent(
  "process.on('SIGUSR2', () => { for (const eaten = []; ; ) eaten.push(new Array(10_000).fill(eaten)); });",
)}`;
