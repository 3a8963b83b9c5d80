import { spawn } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Exit, RunningManager } from '../../support/running-manager.ts';
import { postgresUser } from '../../support/temporary-folder.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';
import { asFirstProcess, postmasterPid } from './processes.ts';

describe('a second manager on one PGDATA', () => {
  let place: InstanceFolder;
  let first: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder();
    first = await place.startReady();
  });
  afterAll(() => place?.remove());

  test('ends with 75 and one sentence, and the first goes on', async () => {
    const { pid } = (await first.status()).postgres;
    const second = place.start({ flags: ['--run-dir', `${place.folder}/run2`] });
    expect(await second.exited).toEqual({ code: 75, signal: null });
    expect(second.output()).toMatch(/^The data folder \S+ is in use by .+\n$/);
    expect((await first.status()).postgres).toMatchObject({ pid, ready: true, starts: 1 });
    expect(await place.command('status')).toMatchObject({ exitCode: 0 });
  });

  test('ends with 75 also when it is only the run folder that they share', async () => {
    await using other = await instanceFolder();
    const second = other.start({ flags: ['--run-dir', place.runDirectory] });
    expect(await second.exited).toEqual({ code: 75, signal: null });
    expect(second.output()).toContain(place.runDirectory);
    expect(await place.command('status')).toMatchObject({ exitCode: 0 });
    expect((await first.status()).postgres).toMatchObject({ ready: true, starts: 1 });
  });

  test('ends with 75 also when it is a postmaster that no manager has started', async () => {
    await first.stop();
    const { uid, gid } = statSync(place.dataDirectory);
    const flags = ['-D', place.dataDirectory, '-k', place.runDirectory];
    const own = spawn(`${place.binDirectory}/postgres`, flags, { uid, gid, cwd: '/', stdio: 'ignore' });
    await expect.poll(() => postmasterPid(place.dataDirectory), { timeout: 10_000 }).toBe(own.pid);
    const second = place.start();
    expect(await second.exited).toEqual({ code: 75, signal: null });
    expect(second.output()).toContain(`by a postmaster with pid ${own.pid}`);
    expect(own.exitCode).toBeNull();
  });
});

describe('of two managers that start at once', () => {
  /** Resolves when one of them has ended and the other is ready. */
  async function outcome(managers: readonly RunningManager[]): Promise<readonly Exit[]> {
    const ends: Exit[] = [];
    for (const manager of managers) void manager.exited.then((exit) => ends.push(exit));
    await Promise.any(managers.map((manager) => manager.ready()));
    await expect.poll(() => ends.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(1);
    return ends;
  }

  test('on a cluster, one runs it and the other ends with 75', async () => {
    await using place = await instanceFolder();
    const managers = [1, 2].map((number) => place.start({ flags: ['--run-dir', `${place.folder}/run${number}`] }));
    expect(await outcome(managers)).toEqual([{ code: 75, signal: null }]);
    expect(managers.flatMap((manager) => manager.log()).filter((line) => line['to'] === 'starting')).toHaveLength(1);
  });

  // Several times: they meet at another place each time, the earliest at the making of the folder.
  test('without a data folder, one makes it and runs it, and the other ends with 75', { repeats: 4 }, async () => {
    await using place = await instanceFolder({ data: 'empty' });
    rmSync(place.dataDirectory, { recursive: true, force: true });
    const managers = [1, 2].map((number) =>
      place.start({ flags: ['--run-dir', `${place.folder}/run${number}`, '--initdb-args', '--no-sync'] }),
    );
    expect(await outcome(managers)).toEqual([{ code: 75, signal: null }]);
  });
});

describe('a postmaster.pid that a dead postmaster left', () => {
  test('does not keep PostgreSQL from starting when a stranger of the same user has that pid now', async () => {
    await using place = await instanceFolder();
    const { uid } = await startedAs(place);
    const stranger = spawn('sleep', ['600'], { cwd: '/', stdio: 'ignore', ...(uid === undefined ? {} : { uid }) });
    try {
      place.writeData('postmaster.pid', pidFile(stranger.pid ?? 0, place));
      const manager = await place.startReady();
      expect((await manager.status()).postgres).toMatchObject({ starts: 1, crashes: 0 });
      expect(stranger.exitCode).toBeNull();
      expect((await manager.status()).restartRequired).toEqual({ required: false, reasons: [] });
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  test("does not keep PostgreSQL from starting when it is the number of one of the manager's own threads", async (context) => {
    await using place = await instanceFolder();
    await startedAs(place);
    place.writeData('postmaster.pid', pidFile(4, place));
    // As the first process of a container, where the numbers are always the same.
    const manager = place.start({ wrapper: asFirstProcess });
    await manager.ready().catch((error: Error) => {
      context.skip(/unshare: .*not permitted/i.test(error.message), 'no namespaces for this user');
      throw error;
    });
    expect((await manager.status()).postgres).toMatchObject({ starts: 1, crashes: 0 });
  });

  test('of a pid that is not there any more does no harm', async () => {
    await using place = await instanceFolder();
    const gone = spawn('true');
    await new Promise((resolve) => gone.once('exit', resolve));
    place.writeData('postmaster.pid', pidFile(gone.pid ?? 0, place));
    expect((await (await place.startReady()).status()).postgres).toMatchObject({ starts: 1, crashes: 0 });
  });
});

/** Lets a manager own the folder once, and tells as whom it runs. */
async function startedAs(place: InstanceFolder): Promise<{ readonly uid: number | undefined }> {
  const manager = await place.startReady();
  await manager.stop();
  return { uid: postgresUser().uid === undefined ? undefined : statSync(place.dataDirectory).uid };
}

function pidFile(pid: number, place: InstanceFolder): string {
  return `${pid}\n${place.dataDirectory}\n1700000000\n5432\n${place.runDirectory}\n\n  1234567       1\nready   \n`;
}
