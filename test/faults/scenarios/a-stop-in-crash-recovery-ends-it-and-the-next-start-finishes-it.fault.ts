import { expect } from 'vitest';
import { clusterState } from '../../integration/init/real-manager.ts';
import { sendSignal } from '../../support/send-signal.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A stop in the middle of crash recovery ends it with 0, and the next start recovers to the end',
  says: [/asked to stop/, /"from":"starting","to":"recovering"/, /"from":"recovering","to":"stopping"/],
  ends: 'stopped',
  // Much to be done again: no checkpoint in between, and pages that do not fit into memory.
  instance: { settings: { checkpoint_timeout: '1d', max_wal_size: '10GB', fsync: 'off' } },
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load(2);
    await running.sql('CREATE TABLE bulk (key text PRIMARY KEY, filler text)');
    await running.sql(
      `INSERT INTO bulk SELECT md5(n::text || '${day.lots.seed}'), md5(n::text) FROM generate_series(1, 700000) n`,
    );
    await load.progress(10);
    sendSignal(day.postmasterPid(), 'SIGKILL');
    await running.waitFor(({ phase }) => phase === 'Recovering', 20_000);
    expect((await running.get('/healthz')).statusCode).toBe(200);
    expect((await running.get('/readyz')).statusCode).toBe(503);
    await day.wait(0, 600);
    running.signal('SIGTERM');
    expect(await running.exited).toEqual({ code: 0, signal: null });
    expect(clusterState(day.place.dataDirectory)).toMatch(/^(in crash recovery|shut down in recovery)$/);
    const next = await day.start({ unready: true });
    await next.running.waitFor(({ phase }) => phase === 'Recovering', 20_000);
    await next.running.waitFor(({ postgres }) => postgres.ready, 60_000);
    await load.progress(20);
  },
});
