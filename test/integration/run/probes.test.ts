import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { sendSignal } from '../../support/send-signal.ts';
import { type InstanceFolder, instanceFolder, standInForPostgres } from './instance-folder.ts';

async function probes(manager: RunningManager): Promise<Readonly<Record<string, number>>> {
  const paths = ['startupz', 'healthz', 'readyz'];
  const answers = await Promise.all(paths.map((path) => manager.get(`/${path}`)));
  return Object.fromEntries(paths.map((path, index) => [path, answers[index]?.statusCode ?? 0]));
}

const allWell = { startupz: 200, healthz: 200, readyz: 200 };
const alive = { startupz: 200, healthz: 200, readyz: 503 };

describe('a server that runs', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ settings: { max_connections: '8' } });
    manager = await place.startReady();
  });
  afterAll(() => place?.remove());

  test('is started, alive and ready', async () => {
    expect(await probes(manager)).toEqual(allWell);
  });

  test('is ready although it has too many clients', async () => {
    const first = await manager.client();
    const fill = async (): Promise<void> => {
      for (;;) {
        if ((await manager.client().catch(() => undefined)) === undefined) return;
      }
    };
    await fill();
    // The manager has a session of its own; now somebody else takes that place too.
    await first.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pg-instance-manager%'`,
    );
    // It looks into databases now and then, and gives the place that it had for that back a moment later.
    const { postgres } = await vi.waitUntil(
      async () => {
        await fill();
        const status = await manager.status();
        return status.postgres.answer === 'full' ? status : undefined;
      },
      { timeout: 20_000, interval: 50 },
    );
    expect(postgres.ready).toBe(true);
    expect(await probes(manager)).toEqual(allWell);
    expect((await manager.get('/metrics')).body).toContain('pg_instance_manager_postgres_up 1');
    await first.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    await manager.waitFor((status) => status.postgres.answer === 'accepting');
  });

  test('is not ready but alive while it is frozen, and every answer comes at once', async () => {
    const { pid } = (await manager.status()).postgres;
    sendSignal(pid, 'SIGSTOP');
    try {
      await manager.waitFor(({ phase }) => phase === 'Frozen');
      for (const _time of [1, 2, 3]) {
        const startMs = performance.now();
        expect(await probes(manager)).toEqual(alive);
        expect((await manager.status()).postgres).toMatchObject({ pid, process: 'frozen', ready: false });
        expect((await manager.get('/metrics')).body).toContain('pg_instance_manager_postgres_ready 0');
        expect(performance.now() - startMs).toBeLessThan(1_000);
      }
    } finally {
      sendSignal(pid, 'SIGCONT');
    }
    const { postgres } = await manager.waitFor((status) => status.postgres.ready);
    expect(postgres).toMatchObject({ pid, starts: 1, crashes: 0 });
    expect(await probes(manager)).toEqual(allWell);
  });

  test("stays ready when somebody ends the manager's own sessions", async () => {
    const held = { isOver: false };
    const seen = new Set<number>();
    const watching = (async () => {
      while (!held.isOver) seen.add((await manager.get('/readyz')).statusCode);
    })();
    const ended = `SELECT count(pg_terminate_backend(pid))::int AS n FROM pg_stat_activity
      WHERE application_name LIKE 'pg-instance-manager%'`;
    for (const _time of [1, 2]) {
      await expect.poll(() => manager.sql(ended), { timeout: 5_000 }).not.toEqual([{ n: 0 }]);
    }
    await expect.poll(() => manager.sql(ended), { timeout: 5_000 }).not.toEqual([{ n: 0 }]);
    held.isOver = true;
    await watching;
    expect([...seen]).toEqual([200]);
  });

  test('is alive during a restart', async () => {
    const held = { isOver: false };
    const restarted = place.command('restart').finally(() => {
      held.isOver = true;
    });
    const seen = new Set<number>();
    while (!held.isOver) seen.add((await manager.get('/healthz')).statusCode);
    expect((await restarted).exitCode).toBe(0);
    expect([...seen]).toEqual([200]);
    expect(await probes(manager)).toEqual(allWell);
  });
});

test('a server that does not answer any more is not ready but alive, and every answer comes at once', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady();
  const client = await manager.client();
  await client.query('BEGIN');
  // No session gets past its login, and the manager's own is gone.
  await client.query('LOCK TABLE pg_catalog.pg_database, pg_catalog.pg_authid IN ACCESS EXCLUSIVE MODE');
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pg-instance-manager%'`,
  );
  const { postgres } = await manager.waitFor((status) => status.postgres.answer === 'silent');
  expect(await probes(manager)).toEqual(alive);
  expect(postgres).toMatchObject({ ready: false, process: 'running' });
  await client.query('ROLLBACK');
  await manager.waitFor((status) => status.postgres.ready && status.postgres.answer === 'accepting');
  expect((await manager.status()).postgres).toMatchObject({ starts: 1, crashes: 0 });
});

test("a server that somebody else shuts down is not ready from then on, and not held up by the manager's session", async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady();
  const client = await manager.client();
  const { pid } = (await manager.status()).postgres;
  sendSignal(pid, 'SIGTERM'); // smart: it waits for the sessions that are open and lets no new ones in
  await manager.waitForLog(({ msg }) => msg.includes('received smart shutdown request'));
  await manager.waitFor(({ postgres }) => !postgres.ready, 4_000);
  expect(await probes(manager)).toEqual(alive);
  await client.end();
  const { postgres } = await manager.waitFor((status) => status.postgres.starts === 2 && status.postgres.ready, 4_000);
  expect(postgres.crashes).toBe(1);
});

describe('a server that recovers', () => {
  test('is started and alive, not ready', async () => {
    await using place = await instanceFolder({ settings: { hot_standby: 'off' } });
    place.writeData('standby.signal', '');
    const manager = place.start();
    const { phase } = await manager.waitFor(({ postgres }) => postgres.answer === 'rejecting');
    expect(phase).toBe('Recovering');
    expect(await probes(manager)).toEqual(alive);
    expect((await manager.get('/metrics')).body).toContain('pg_instance_manager_postgres_up 0');
  });

  test('is ready when it lets sessions in meanwhile, as a hot standby does', async () => {
    await using place = await instanceFolder({ settings: { max_connections: '100' } }); // not less than its primary
    place.writeData('standby.signal', '');
    const manager = await place.startReady();
    expect((await manager.status()).postgres).toMatchObject({ inRecovery: true, ready: true });
    expect(await probes(manager)).toEqual(allWell);
  });
});

test('HTTP answers while PostgreSQL cannot start: alive, neither started nor ready, and the status says why', async () => {
  await using place = await instanceFolder();
  const script = 'echo "2026-01-01 00:00:00.000 UTC [1] FATAL:  no luck today" >&2; exit 1';
  const manager = place.start({ binDirectory: standInForPostgres(place, script), flags: ['--max-crashes', '99'] });
  const { postgres } = await manager.waitFor(
    ({ phase, postgres: { crashes } }) => phase === 'CrashBackoff' && crashes > 1,
  );
  expect(await probes(manager)).toEqual({ startupz: 503, healthz: 200, readyz: 503 });
  expect(postgres).toMatchObject({ pid: null, ready: false, lastExit: { code: 1, signal: null } });
  expect(postgres.lastFatal).toEqual([expect.stringContaining('FATAL:  no luck today')]);
  expect((await manager.get('/metrics')).body).toContain('pg_instance_manager_postgres_up 0');
});

test('HTTP answers while PostgreSQL says nothing at all', async () => {
  await using place = await instanceFolder();
  const manager = place.start({
    binDirectory: standInForPostgres(place, "trap 'exit 0' INT; while :; do sleep 0.05; done"),
  });
  await manager.waitFor(({ postgres }) => postgres.starts === 1);
  expect(await probes(manager)).toEqual({ startupz: 503, healthz: 200, readyz: 503 });
  expect((await manager.status()).phase).toBe('Starting');
});
