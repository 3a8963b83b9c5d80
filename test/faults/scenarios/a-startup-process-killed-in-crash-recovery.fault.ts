import { expect } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';
import { listProcesses, postmastersAmong } from '../harness/process-table.ts';
import { serverChild } from '../harness/server-children.ts';

faultTest({
  name: 'A startup process that is killed in the middle of a long crash recovery makes PostgreSQL end, and the next start recovers to the end',
  says: [/startup process \(PID \d+\) was terminated by signal 9/, /PostgreSQL ended without being asked to/],
  ends: 'stopped',
  // So that recovery has something to do.
  instance: { settings: { checkpoint_timeout: '1h', max_wal_size: '4GB' } },
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    await running.sql(
      'CREATE TABLE much AS SELECT n, repeat(md5(n::text), 20) AS filler FROM generate_series(1, 150000) n',
    );
    const killed = day.postmasterPid();
    sendSignal(killed, 'SIGKILL');
    const next = (): number | undefined =>
      postmastersAmong(listProcesses(), day.place.dataDirectory).find(({ pid }) => pid !== killed)?.pid;
    const startup = await serverChild(next, day.lots.pick([/: startup/, /: startup recovering/]), { at: 'once' });
    await day.wait(0, 50);
    sendSignal(startup, 'SIGSTOP');
    const meanwhile = await running.waitFor(({ postgres }) => postgres.starts === 2 && postgres.answer === 'rejecting');
    expect(meanwhile.phase).toBe('Recovering');
    sendSignal(startup, 'SIGKILL');
    const after = await running.waitFor(({ postgres }) => postgres.starts === 3 && postgres.ready, 40_000);
    expect(after.postgres).toMatchObject({ crashes: 2 });
    await load.progress(100);
  },
});
