import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A synchronous standby that never answers holds up commits, and nothing of the manager: databases, changes, restart and stop',
  says: [/canceling the wait for synchronous replication and terminating connection/],
  ends: 'stopped',
  instance: { images: ['hstore'], configuration: 'extensions: [{ name: hstore }]\n' },
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    await day.wait(0, 300);
    day.place.writeConfiguration('extensions: [{ name: hstore }]\nparameters: { synchronous_standby_names: nobody }\n');
    const waiting = "SELECT count(*)::int AS count FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    await expect.poll(async () => (await running.sql(waiting))[0], { timeout: 10_000 }).toEqual({ count: 4 });
    day.place.writeConfiguration(
      'extensions: [{ name: hstore }]\nparameters: { synchronous_standby_names: nobody, work_mem: 9MB }\ndatabases: [{ name: app, owner: app, create_owner: true, schemas: [{ name: reports }], extensions: [{ name: hstore, schema: reports }] }]\n',
    );
    const status = await running.waitFor(
      ({ databases }) =>
        databases.some(
          ({ name, applied, extensions }) =>
            name === 'app' && applied === true && extensions.every((one) => one.applied === true),
        ),
      20_000,
    );
    expect(status).toMatchObject({ phase: 'Running', postgres: { ready: true } });
    expect(await running.sql("SELECT extname FROM pg_extension WHERE extname = 'hstore'", { database: 'app' })).toEqual(
      [{ extname: 'hstore' }],
    );
    expect(await running.sql('SHOW work_mem')).toEqual([{ work_mem: '9MB' }]);
    const startedMs = performance.now();
    expect(await day.place.command('restart')).toMatchObject({ exitCode: 0 });
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    await expect.poll(async () => (await running.sql(waiting))[0], { timeout: 10_000 }).toEqual({ count: 4 });
    const { acknowledged } = load.ledger();
    const before = acknowledged.size;
    await day.wait(300, 800);
    expect(acknowledged.size).toBe(before);
  },
});
