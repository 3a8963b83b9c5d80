import { existsSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A new manager that finds a server behind an empty or deleted postmaster.pid starts no second one, touches nothing, and waits until it has ended',
  says: [/DataDirectoryInUse.*PostgreSQL is not started, because a server that this manager did not start runs/],
  ends: 'stopped',
  allowed: { lockFileByTest: true },
  run: async (day) => {
    const first = await day.start();
    const load = await day.load();
    const server = day.postmasterPid();
    sendSignal(first.managerPid(), 'SIGKILL');
    await first.running.exited;
    const file = join(day.place.dataDirectory, 'postmaster.pid');
    const isEmptied = day.lots.fraction() < 0.5;
    if (isEmptied) truncateSync(file);
    else rmSync(file);
    const { running } = await day.start({ unready: true });
    const waiting = await running.waitFor(({ findings }) =>
      findings.some(({ reason }) => reason === 'DataDirectoryInUse'),
    );
    expect(waiting.phase).toBe('Starting');
    // Longer than it takes to remove a file that nobody is behind.
    await day.wait(2_300, 2_800);
    expect(existsSync(file)).toBe(isEmptied);
    expect(day.postmasterPid()).toBe(server);
    expect(load.ledger().lostSessions).toBe(0);
    sendSignal(server, 'SIGINT');
    const after = await running.waitFor(({ postgres }) => postgres.starts === 1 && postgres.ready, 20_000);
    expect(after.postgres.crashes).toBe(0);
    await load.progress(50);
  },
});
