import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';
import { readOptional } from '../harness/process-table.ts';

faultTest({
  name: "Lock files with the number of one of the new manager's own threads, as after the loss of a container, do not keep PostgreSQL down",
  says: [/the lock of a socket that a dead postmaster left was removed/],
  ends: 'stopped',
  allowed: { lockFileByTest: true },
  run: async (day) => {
    const first = await day.start({ init: true });
    const load = await day.load();
    await load.progress(50);
    const threads = innerThreads(first.managerPid());
    const lockFile = day.place.readData('postmaster.pid');
    // The whole container at once.
    sendSignal(first.running.pid, 'SIGKILL');
    await first.running.exited;
    // The others are made later, when there is something for them to do.
    const index = day.lots.between(0, 2);
    const [thread = 0, another] = [threads[index], threads[(index + 1) % 3]];
    day.place.writeData('postmaster.pid', lockFile.replace(/^\d+/, String(thread)));
    // The folder of the sockets may be a volume, too, and its lock that of an earlier one.
    const socketLock = join(day.place.runDirectory, '.s.PGSQL.5432.lock');
    writeFileSync(socketLock, readFileSync(socketLock, 'utf8').replace(/^\d+/, String(another)));
    const next = await day.start({ init: true });
    // The numbers are the same in each new container, or this would show nothing.
    expect(innerThreads(next.managerPid())).toContain(thread);
    expect((await next.running.status()).postgres).toMatchObject({ starts: 1, crashes: 0 });
    await load.progress(50);
  },
});

/** Of the threads that are not the first, as their own pid namespace names them. */
function innerThreads(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`)
    .filter((thread) => thread !== String(pid))
    .map((thread) => readOptional(`/proc/${pid}/task/${thread}/status`) ?? '')
    .map((status) => Number(/^NSpid:.*\t(\d+)$/m.exec(status)?.[1] ?? 0));
}
