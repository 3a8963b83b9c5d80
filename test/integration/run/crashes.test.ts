import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { sendSignal } from '../../support/send-signal.ts';
import { instanceFolder, standInForPostgres } from './instance-folder.ts';

async function killPostmaster(manager: RunningManager, signal: NodeJS.Signals = 'SIGKILL'): Promise<number> {
  const { pid } = (await manager.status()).postgres;
  if (pid === null) throw new Error('there is no postmaster');
  sendSignal(pid, signal);
  return pid;
}

/** Collects what `/healthz` says, again and again until it is stopped. */
function watchHealth(manager: RunningManager): () => Promise<readonly number[]> {
  const seen: number[] = [];
  const held = { isOver: false };
  const watching = (async () => {
    while (!held.isOver) seen.push((await manager.get('/healthz')).statusCode);
  })();
  return async () => {
    held.isOver = true;
    await watching;
    return seen;
  };
}

describe('a postmaster that is killed', () => {
  test('is started again after a pause and counted, and the manager stays alive meanwhile', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    const health = watchHealth(manager);
    const killed = await killPostmaster(manager);
    const backoff = await manager.waitForLog((line) => line['to'] === 'backoff');
    expect(backoff).toMatchObject({ level: 'error', exit: 'signal SIGKILL' });
    const { postgres } = await manager.waitFor((status) => status.postgres.starts === 2 && status.postgres.ready);
    expect(postgres).toMatchObject({ crashes: 1, crashRestarts: 0 });
    expect(postgres.pid).not.toBe(killed);
    expect(new Set(await health())).toEqual(new Set([200]));
    const metrics = (await manager.get('/metrics')).body;
    expect(metrics).toContain('pg_instance_manager_postmaster_starts_total 2');
    expect(metrics).toContain('pg_instance_manager_postmaster_crashes_total 1');
  });

  test('is not ready until it is back, and the status says how it ended', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    await killPostmaster(manager);
    const { postgres } = await manager.waitFor(({ phase }) => phase === 'CrashBackoff');
    expect(postgres).toMatchObject({ ready: false, pid: null, lastExit: { code: 137, signal: 'SIGKILL' } });
    expect((await manager.get('/readyz')).statusCode).toBe(503);
    expect((await manager.get('/startupz')).statusCode).toBe(200);
    await manager.ready();
  });

  test('ends the manager at once with --crash-policy exit', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({ flags: ['--crash-policy', 'exit'] });
    await killPostmaster(manager);
    expect(await manager.exited).toEqual({ code: 137, signal: null });
    expect(manager.log().filter((line) => line['to'] === 'starting')).toHaveLength(1);
  });
});

describe('a postmaster that somebody else shuts down cleanly', () => {
  test('is started again: its exit code 0 does not mean that anybody asked the manager', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    await killPostmaster(manager, 'SIGINT');
    const { postgres } = await manager.waitFor((status) => status.postgres.starts === 2 && status.postgres.ready);
    expect(postgres).toMatchObject({ crashes: 1 });
  });

  test('never makes the manager end with 0', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({ flags: ['--crash-policy', 'exit'] });
    await killPostmaster(manager, 'SIGQUIT'); // immediate, and yet its exit code is 0
    expect(await manager.exited).toEqual({ code: 70, signal: null });
  });
});

describe('a server that does not start', () => {
  const fatal = 'echo "2026-01-01 00:00:00.000 UTC [1] FATAL:  no luck today" >&2; echo "HINT:  try tomorrow" >&2;';

  test('is tried again with growing pauses, then the manager gives up with the code of PostgreSQL', async () => {
    await using place = await instanceFolder();
    const manager = place.start({
      binDirectory: standInForPostgres(place, `${fatal} exit 3`),
      flags: ['--max-crashes', '3'],
    });
    expect(await manager.exited).toEqual({ code: 3, signal: null });
    const times = manager
      .log()
      .filter((line) => line['to'] === 'spawning')
      .map((line) => Date.parse(String(line['time'])));
    expect(times).toHaveLength(4);
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(200 * 2 ** index - 5);
    const ended = manager.log().find((line) => line['to'] === 'ended');
    expect(ended).toMatchObject({ level: 'error', exit: 'exit code 3' });
    expect(JSON.stringify(ended?.['lastFatal'])).toContain('FATAL:  no luck today');
    expect(manager.log().at(-1)).toMatchObject({ exitCode: 3 });
  });

  test('has its last FATAL lines in the exit log line', async () => {
    await using place = await instanceFolder();
    const manager = place.start({
      binDirectory: standInForPostgres(place, `${fatal} exit 1`),
      flags: ['--crash-policy', 'exit'],
    });
    expect(await manager.exited).toEqual({ code: 1, signal: null });
    const last = manager.log().filter(({ msg }) => !msg.includes('no luck'));
    expect(JSON.stringify(last.slice(-2))).toContain('no luck today');
  });

  test.each([
    ['exit 0', 70],
    ['exit 2', 2],
    ['kill -BUS $$', 135],
  ])('with %s ends the manager with %i', async (how, code) => {
    await using place = await instanceFolder();
    const manager = place.start({
      binDirectory: standInForPostgres(place, how),
      flags: ['--max-crashes', '0'],
    });
    expect(await manager.exited).toEqual({ code, signal: null });
  });

  test('because there is no executable ends the manager with 71 and a sentence', async () => {
    await using place = await instanceFolder();
    const manager = place.start({ binDirectory: '/nowhere/bin', flags: ['--crash-policy', 'exit'] });
    expect(await manager.exited).toEqual({ code: 71, signal: null });
    expect(manager.output()).toContain('/nowhere/bin/postgres');
  });

  test('says why in the words of PostgreSQL: the real one, which cannot read its pg_hba.conf', async () => {
    await using place = await instanceFolder();
    place.writeData('pg_hba.conf', 'nonsense\n');
    const manager = place.start({ flags: ['--max-crashes', '1'] });
    expect(await manager.exited).toEqual({ code: 1, signal: null });
    const ended = manager.log().find((line) => line['to'] === 'ended');
    expect(JSON.stringify(ended?.['lastFatal'])).toMatch(/FATAL: {2}could not load \S+pg_hba\.conf/);
  });
});

test('the last words of a start that failed are gone when the next has come up, also after a recovery that takes a while', async () => {
  await using place = await instanceFolder({ settings: { restore_command: 'sleep 0.7; false', hot_standby: 'off' } });
  place.writeData('recovery.signal', '');
  const fatal = `echo "2026-01-01 00:00:00.000 UTC [1] FATAL:  no luck today" >&2`;
  const script = `[ -e ${place.folder}/mended ] && exec ${join(place.binDirectory, 'postgres')} "$@"; ${fatal}; exit 1`;
  const manager = place.start({ binDirectory: standInForPostgres(place, script), flags: ['--max-crashes', '99'] });
  await manager.waitFor(({ postgres }) => postgres.lastFatal.length > 0);
  writeFileSync(join(place.folder, 'mended'), '');
  await manager.waitFor(({ postgres }) => postgres.ready && postgres.lastFatal.length === 0);
  expect(manager.log().map(({ to }) => to)).toContain('recovering');
});

test('what clients did wrong is not said to be why PostgreSQL ended', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady({ flags: ['--crash-policy', 'exit'] });
  await expect(manager.sql('SELECT 1', { user: 'nobody-of-that-name' })).rejects.toThrow('does not exist');
  await manager.waitForLog(({ msg }) => msg.includes('FATAL:  role "nobody-of-that-name" does not exist'));
  expect((await manager.status()).postgres.lastFatal).toEqual([]);
  await killPostmaster(manager);
  await manager.exited;
  expect(manager.log().find((line) => line['to'] === 'ended')).toMatchObject({ lastFatal: [] });
});

test('a restart by hand does not wait for the end of the pause', async () => {
  await using place = await instanceFolder();
  const script = `[ -e ${place.folder}/mended ] && exec ${join(place.binDirectory, 'postgres')} "$@"; exit 1`;
  const manager = place.start({ binDirectory: standInForPostgres(place, script), flags: ['--max-crashes', '99'] });
  // By now the pause is 3.2 s long.
  await manager.waitFor(({ phase, postgres }) => phase === 'CrashBackoff' && postgres.crashes === 5);
  writeFileSync(join(place.folder, 'mended'), '');
  expect(await place.command('restart')).toMatchObject({ exitCode: 0 });
  const { postgres } = await manager.ready();
  expect(postgres).toMatchObject({ crashes: 5, starts: 6 });
  const times = manager.log().filter((line) => line['to'] === 'spawning' || line['to'] === 'backoff');
  const [paused, started] = times.slice(-2).map((line) => Date.parse(String(line['time'])));
  expect((started ?? 0) - (paused ?? 0)).toBeLessThan(3_000);
});

test('crashes count only within the window', async () => {
  await using place = await instanceFolder();
  const script = 'echo up; sleep 0.3; exit 5';
  const manager = place.start({
    binDirectory: standInForPostgres(place, script),
    flags: ['--max-crashes', '1', '--crash-window', '400ms'],
  });
  // Each one lives 300 ms and is started again after 200 ms: there are never two in 400 ms.
  const { postgres } = await manager.waitFor((status) => status.postgres.crashes >= 3);
  expect(postgres.lastExit).toEqual({ code: 5, signal: null });
  expect(await manager.stop()).toEqual({ code: 0, signal: null });
});

describe('a backend that is killed', () => {
  test('makes PostgreSQL restart inside, which is seen and counted, and is no crash of the postmaster', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    const { pid } = (await manager.status()).postgres;
    for (const count of [1, 2]) {
      const client = await manager.client();
      const [backend] = (await client.query('SELECT pg_backend_pid() AS pid')).rows;
      sendSignal(Number(backend.pid), 'SIGKILL');
      const { postgres } = await manager.waitFor((status) => status.postgres.crashRestarts === count);
      expect(postgres).toMatchObject({ pid, starts: 1, crashes: 0 });
      // Never what was said of the time before the crash.
      await manager.waitFor((status) => status.postgres.ready && status.configuration.state === 'applied');
      expect(await manager.sql('SELECT 1 AS one')).toHaveLength(1);
    }
    expect((await manager.get('/metrics')).body).toContain('pg_instance_manager_postgres_crash_restarts_total 2');
    expect(manager.output()).not.toContain('a defect in the manager');
  });

  test("ends the postmaster when the user's restart_after_crash is off, and that one is started again", async () => {
    await using place = await instanceFolder({ settings: { restart_after_crash: 'off' } });
    const manager = await place.startReady();
    const client = await manager.client();
    const [backend] = (await client.query('SELECT pg_backend_pid() AS pid')).rows;
    sendSignal(Number(backend.pid), 'SIGKILL');
    const { postgres } = await manager.waitFor((status) => status.postgres.starts === 2 && status.postgres.ready);
    expect(postgres).toMatchObject({ crashes: 1, crashRestarts: 0 });
    expect(await manager.sql('SHOW restart_after_crash')).toEqual([{ restart_after_crash: 'off' }]);
  });
});
