import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';
import { listProcesses } from '../harness/process-table.ts';

faultTest({
  name: 'Lock files of a dead postmaster whose pid an unrelated process of the same user, or a zombie, has now do not keep PostgreSQL down',
  says: [/the lock of a socket that a dead postmaster left was removed/],
  ends: 'stopped',
  allowed: { lockFileByTest: true },
  run: async (day) => {
    const first = await day.start();
    const load = await day.load();
    const lockFile = day.place.readData('postmaster.pid');
    const socketLock = join(day.place.runDirectory, '.s.PGSQL.5432.lock');
    const socketLockText = readFileSync(socketLock, 'utf8');
    // Another user's process would not be taken for a postmaster.
    const { uid } = statSync(`/proc/${day.postmasterPid()}`);
    sendSignal(first.managerPid(), 'SIGKILL');
    sendSignal(day.postmasterPid(), 'SIGKILL');
    await first.running.exited;
    for (const kind of ['unrelated process', 'zombie'] as const) {
      using stranger = await strangerOf(kind, uid);
      // It may be of an earlier one.
      using another = await strangerOf(kind, uid);
      day.place.writeData('postmaster.pid', lockFile.replace(/^\d+/, String(stranger.pid)));
      writeFileSync(socketLock, socketLockText.replace(/^\d+/, String(another.pid)));
      const { running } = await day.start();
      expect((await running.status()).postgres).toMatchObject({ starts: 1, crashes: 0 });
      await load.progress(50);
      // Nobody has touched it, and it was what it was to be all the time.
      for (const { pid } of [stranger, another]) expect(seen(pid), kind).toEqual({ isZombie: kind === 'zombie' });
      expect(await running.stop()).toEqual({ code: 0, signal: null });
    }
    await day.start();
  },
});

function seen(wanted: number): { readonly isZombie: boolean } | undefined {
  const row = listProcesses().find(({ pid }) => pid === wanted);
  return row && { isZombie: row.isZombie };
}

/** A process that has nothing to do with PostgreSQL; a zombie is a child whose parent never waits for it. */
async function strangerOf(
  kind: 'unrelated process' | 'zombie',
  uid: number,
): Promise<Disposable & { readonly pid: number }> {
  // The shell itself would wait for it, but `sleep`, which takes the place of the shell before the child ends, does not.
  const script = kind === 'zombie' ? 'sleep 0.5 & echo $!; exec sleep 120' : 'echo $$; exec sleep 120';
  const child = spawn('sh', ['-c', script], { uid, cwd: '/', stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(child.stdout, 'data');
  const pid = Number(String(line));
  if (kind === 'zombie') await expect.poll(() => seen(pid), { timeout: 10_000 }).toEqual({ isZombie: true });
  return { pid, [Symbol.dispose]: () => void child.kill('SIGKILL') };
}
