import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { sendSignal, sendSignalToGroup } from '../../support/send-signal.ts';
import { type InstanceFolder, instanceFolder, standInForPostgres } from './instance-folder.ts';
import { asFirstProcess, childrenOf, postmasterPid } from './processes.ts';

const cleanExit = { code: 0, signal: null };

function postgresSaid(manager: RunningManager, text: string): boolean {
  return manager.log().some((line) => line['logger'] === 'postgres' && line.msg.includes(text));
}

function untilPostgresSays(manager: RunningManager, text: string): Promise<unknown> {
  return manager.waitForLog((line) => line['logger'] === 'postgres' && line.msg.includes(text));
}

/** PostgreSQL tells at its next start how the last one ended. */
async function expectCleanCluster(place: InstanceFolder): Promise<void> {
  expect(postmasterPid(place.dataDirectory)).toBeUndefined();
  const next = await place.startReady();
  expect(postgresSaid(next, 'database system was shut down at')).toBe(true);
  await next.stop('SIGKILL');
}

describe('a signal to the manager is a fast shutdown with exit code 0 and a clean cluster', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)('%s', async (signal) => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    expect(await manager.stop(signal)).toEqual(cleanExit);
    expect(postgresSaid(manager, 'received fast shutdown request')).toBe(true);
    expect(manager.log().at(-1)).toMatchObject({ level: 'info', exitCode: 0 });
    await expectCleanCluster(place);
  });

  test('a Ctrl-C on the terminal, which the whole process group gets, and PostgreSQL only once', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    const { pid } = (await manager.status()).postgres;
    const [, parent, group, session] = processStat(pid ?? 0);
    expect([parent, group, session]).toEqual([manager.pid, pid, pid]); // a direct child in a session of its own
    sendSignalToGroup(manager.pid, 'SIGINT');
    expect(await manager.exited).toEqual(cleanExit);
    const requests = manager.log().filter(({ msg }) => msg.includes('shutdown request'));
    expect(requests).toHaveLength(1);
  });

  test('with sessions open, one of them busy and one in a transaction', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({ flags: ['--shutdown-budget', '20s'] });
    const [busy, idle] = [await manager.client(), await manager.client()];
    const query = busy.query('SELECT pg_sleep(600)').catch((error: Error) => error.message);
    await idle.query('BEGIN');
    const startMs = performance.now();
    expect(await manager.stop()).toEqual(cleanExit);
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(await query).toMatch(/terminat/);
    await expectCleanCluster(place);
  });

  test('with a very busy log, the last lines of which are there, too', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({ flags: ['--shutdown-budget', '20s'] });
    const storm = `DO $$ BEGIN LOOP RAISE LOG '%', repeat('x', 1000); END LOOP; END $$`;
    for (const _session of [1, 2, 3]) (await manager.client()).query(storm).catch(() => undefined);
    await manager.waitForLog((line) => line.msg.includes('xxx'));
    expect(await manager.stop()).toEqual(cleanExit);
    expect(postgresSaid(manager, 'database system is shut down')).toBe(true);
    expect(manager.log().at(-1)).toMatchObject({ exitCode: 0 });
    await expectCleanCluster(place);
  });

  test('while the reader of the log stands still', async () => {
    await using place = await instanceFolder();
    const manager = place.start({ unread: true, flags: ['--shutdown-budget', '20s'] });
    await expect.poll(() => manager.sql('SELECT 1').catch(() => []), { timeout: 10_000 }).toHaveLength(1);
    await manager.sql(`DO $$ BEGIN FOR i IN 1..5000 LOOP RAISE LOG '%', repeat('x', 1000); END LOOP; END $$`);
    expect(await manager.stop()).toEqual(cleanExit);
    await expectCleanCluster(place);
  });

  test('while PostgreSQL recovers and lets nobody in', async () => {
    await using place = await instanceFolder({ settings: { hot_standby: 'off' } });
    place.writeData('standby.signal', '');
    const manager = place.start();
    await manager.waitFor(({ phase }) => phase === 'Recovering');
    expect(await manager.stop()).toEqual(cleanExit);
    expect(postmasterPid(place.dataDirectory)).toBeUndefined();
  });

  test('as the first process of a container', async (context) => {
    await using place = await instanceFolder();
    const manager = place.start({ wrapper: asFirstProcess });
    await manager.ready().catch((error: Error) => {
      context.skip(/unshare: .*not permitted/i.test(error.message), 'no namespaces for this user');
      throw error;
    });
    const { manager: inside } = await manager.status();
    expect(inside.pid).toBe(1);
    for (const pid of childrenOf(manager.pid)) sendSignal(pid, 'SIGTERM');
    expect(await manager.exited).toEqual(cleanExit);
    await expectCleanCluster(place);
  });
});

describe('during the start', () => {
  let place: InstanceFolder;
  beforeAll(async () => {
    place = await instanceFolder();
  });
  afterAll(() => place?.remove());

  test.each([0, 3, 10, 20, 30, 40, 60])('a signal %i ms after the first line of the log ends it with 0', async (ms) => {
    const manager = place.start();
    await manager.waitForLog(() => true);
    await delay(ms);
    expect(await manager.stop()).toEqual(cleanExit);
    expect(postmasterPid(place.dataDirectory)).toBeUndefined();
  });

  test('the cluster is none the worse for it', async () => {
    const manager = await place.startReady();
    expect(postgresSaid(manager, 'was not properly shut down')).toBe(false);
    await manager.stop();
  });
});

describe('--shutdown-mode smart', () => {
  test('waits for sessions, and becomes fast when half of the budget is spent', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({ flags: ['--shutdown-mode', 'smart', '--shutdown-budget', '3s'] });
    const client = await manager.client();
    manager.signal('SIGTERM');
    await untilPostgresSays(manager, 'received smart shutdown request');
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(await manager.exited).toEqual(cleanExit);
    expect(postgresSaid(manager, 'received fast shutdown request')).toBe(true);
    expect(postgresSaid(manager, 'received immediate shutdown request')).toBe(false);
    await expectCleanCluster(place);
  });

  test("does not wait for the manager's own session", async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({ flags: ['--shutdown-mode', 'smart', '--shutdown-budget', '60s'] });
    expect(await manager.stop()).toEqual(cleanExit);
    expect(postgresSaid(manager, 'received smart shutdown request')).toBe(true);
    expect(postgresSaid(manager, 'received fast shutdown request')).toBe(false);
  });

  test('ends when the last session goes by itself', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({ flags: ['--shutdown-mode', 'smart', '--shutdown-budget', '60s'] });
    const client = await manager.client();
    manager.signal('SIGTERM');
    await untilPostgresSays(manager, 'received smart shutdown request');
    await client.end();
    expect(await manager.exited).toEqual(cleanExit);
    expect(postgresSaid(manager, 'received fast shutdown request')).toBe(false);
  });
});

describe('a second signal', () => {
  test('turns smart into fast', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({ flags: ['--shutdown-mode', 'smart', '--shutdown-budget', '60s'] });
    await manager.client();
    manager.signal('SIGTERM');
    await untilPostgresSays(manager, 'received smart shutdown request');
    expect(await manager.stop('SIGINT')).toEqual(cleanExit);
    expect(postgresSaid(manager, 'received fast shutdown request')).toBe(true);
    await expectCleanCluster(place);
  });

  test('turns fast into immediate', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({ flags: ['--shutdown-budget', '60s'] });
    const backend = await frozenBackend(manager);
    manager.signal('SIGTERM');
    await untilPostgresSays(manager, 'received fast shutdown request');
    manager.signal('SIGTERM');
    await untilPostgresSays(manager, 'received immediate shutdown request');
    sendSignal(backend, 'SIGCONT');
    expect(await manager.exited).toEqual(cleanExit);
  });
});

test('an immediate shutdown comes by itself only when the budget is nearly spent', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady({ flags: ['--shutdown-budget', '2s'] });
  const backend = await frozenBackend(manager);
  const startMs = performance.now();
  manager.signal('SIGTERM');
  await untilPostgresSays(manager, 'received immediate shutdown request');
  const afterMs = performance.now() - startMs;
  sendSignal(backend, 'SIGCONT');
  expect(await manager.exited).toEqual(cleanExit);
  expect(afterMs).toBeGreaterThan(1_300);
  expect(afterMs).toBeLessThan(2_500);
});

test('a postmaster that is frozen does not hold up the end for longer than the budget', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady({ flags: ['--shutdown-budget', '2s'] });
  sendSignal((await manager.status()).postgres.pid, 'SIGSTOP');
  const startMs = performance.now();
  expect((await manager.stop()).signal).toBeNull();
  expect(performance.now() - startMs).toBeLessThan(4_000);
  expect(postmasterPid(place.dataDirectory)).toBeUndefined();
});

test('other signals end nothing and open no debugger', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady();
  for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE', 'SIGWINCH'] as const) {
    manager.signal(signal);
    expect((await manager.get('/readyz')).statusCode).toBe(200);
  }
  expect(await manager.stop()).toEqual(cleanExit);
  expect(manager.output()).not.toContain('Debugger');
});

test('a stop during a restart is a stop', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady();
  const backend = await frozenBackend(manager);
  const restarted = manager.control('POST', '/restart').catch(() => undefined);
  await untilPostgresSays(manager, 'received fast shutdown request');
  manager.signal('SIGTERM');
  await manager.waitForLog(({ msg }) => msg === 'asked to stop');
  sendSignal(backend, 'SIGCONT');
  expect(await manager.exited).toEqual(cleanExit);
  await restarted;
  expect(manager.log().filter((line) => line['to'] === 'starting')).toHaveLength(1);
  await expectCleanCluster(place);
});

test('a stop while PostgreSQL waits to be started again is a stop', async () => {
  await using place = await instanceFolder();
  const manager = place.start({ binDirectory: standInForPostgres(place, 'exit 3'), flags: ['--max-crashes', '99'] });
  await manager.waitFor(({ phase, postgres }) => phase === 'CrashBackoff' && postgres.crashes > 1);
  expect(await manager.stop()).toEqual(cleanExit);
});

test("PostgreSQL's own code is passed on when it could not end well", async () => {
  await using place = await instanceFolder();
  const script = 'trap "exit 7" INT; echo the trap is set; while :; do sleep 0.05; done';
  const manager = place.start({ binDirectory: standInForPostgres(place, script) });
  await untilPostgresSays(manager, 'the trap is set');
  expect(await manager.stop()).toEqual({ code: 7, signal: null });
});

async function frozenBackend(manager: RunningManager): Promise<number> {
  const client = await manager.client();
  const pid = Number((await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid);
  sendSignal(pid, 'SIGSTOP');
  return pid;
}

/** State, parent, group and session of a process: proc_pid_stat(5). */
function processStat(pid: number): readonly (number | undefined)[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(0, 4)
    .map(Number);
}
