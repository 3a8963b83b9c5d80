import pg, { type Client } from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { DatabasesReport } from '../../../src/databases/database-report.ts';
import { databasesLoop } from '../../../src/databases/databases-loop.ts';
import type { LoopPorts } from '../../../src/databases/loop-ports.ts';
import { observeServerCatalog } from '../../../src/databases/observe-server-catalog.ts';
import type { Sessions } from '../../../src/databases/sessions.ts';
import { databaseSessions } from '../../../src/instance/database-sessions.ts';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import { aDatabasesWish, aDeclaration } from '../../support/a-database.ts';
import { aLeavingImage } from '../../support/a-leaving-image.ts';
import { startThrowawayPostgres, type ThrowawayPostgres } from '../../support/throwaway-postgres.ts';

let server: ThrowawayPostgres;
let admin: Client;
const cleanUps: (() => Promise<unknown> | unknown)[] = [];

beforeAll(async () => {
  server = await startThrowawayPostgres();
  admin = await server.client();
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});
afterAll(() => server.stop());

/** Twenty seconds of it are one second. */
const fastClock: Clock = {
  now: () => systemClock.now() * 20,
  sleep: (ms, signal) => systemClock.sleep(ms / 20, signal),
};

async function aLoop(
  changes: Partial<LoopPorts> & { readonly around?: (sessions: Sessions) => Sessions } = {},
): Promise<{ loop: ReturnType<typeof databasesLoop>; seen: { report: DatabasesReport | undefined; rounds: number } }> {
  const { around = (sessions) => sessions, ...ports } = changes;
  const clock = ports.clock ?? systemClock;
  const monitor = await server.client();
  const seen: { report: DatabasesReport | undefined; rounds: number } = { report: undefined, rounds: 0 };
  const address = {
    host: server.socketDirectory,
    port: 5432,
    user: 'postgres',
    passwordFile: undefined,
    password: undefined,
  };
  const loop = databasesLoop({
    clock,
    logger: pino({ level: 'silent' }),
    sessions: around(databaseSessions(() => address, clock)),
    observeServer: (roles) => {
      seen.rounds += 1;
      return observeServerCatalog(monitor, roles);
    },
    lookUpLibraries: () => new Map(),
    lookAtScripts: async () => [],
    publish: (report) => {
      seen.report = report;
    },
    freed: () => undefined,
    ...ports,
  });
  const stop = new AbortController();
  const running = loop.run(stop.signal);
  cleanUps.push(async () => {
    stop.abort();
    await running;
    await loop.pause();
    await monitor.end();
  });
  return { loop, seen };
}

async function databases(): Promise<readonly unknown[]> {
  const { rows } = await admin.query<{ datname: string }>('SELECT datname FROM pg_database ORDER BY 1');
  return rows.map(({ datname }) => datname);
}

async function clientIn(database: string, name = 'test'): Promise<Client> {
  const client = new pg.Client({ host: server.socketDirectory, user: 'postgres', database, application_name: name });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function aDatabase(name: string): Promise<void> {
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  cleanUps.push(() => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
}

test('a database that is not declared absent any more is not dropped, although its turn was about to come', async () => {
  await aDatabase('one');
  await aDatabase('two');
  const inside = await clientIn('one', 'pg-instance-manager of another test');
  cleanUps.push(() => inside.end().catch(() => undefined));
  const { loop } = await aLoop();
  const one = aDeclaration({ name: 'one', ensure: 'absent' });
  loop.follow(aDatabasesWish({ declarations: [one, aDeclaration({ name: 'two', ensure: 'absent' })] }));
  // DROP DATABASE waits for the session five seconds.
  await expect
    .poll(async () => (await admin.query(`SELECT FROM pg_stat_activity WHERE query LIKE 'DROP DATABASE%'`)).rowCount, {
      timeout: 5_000,
    })
    .toBe(1);
  loop.follow(aDatabasesWish({ declarations: [one] }));
  await systemClock.sleep(7_000);
  expect(await databases()).toContain('two');
});

test('a declared database that lets nobody in is tried again ever more rarely', async () => {
  await aDatabase('closed');
  const refused = { kind: 'refused', isServerGone: false } as const;
  const failure = { sqlState: '28000', message: 'no', detail: undefined, hint: undefined, where: undefined };
  const { loop, seen } = await aLoop({
    clock: fastClock,
    around: (sessions) => ({
      ...sessions,
      open: async (database, kind) => (database === 'closed' ? { ...refused, failure } : sessions.open(database, kind)),
    }),
  });
  loop.follow(aDatabasesWish({ declarations: [aDeclaration({ name: 'closed' })] }));
  await systemClock.sleep(2_000);
  // 40 s: after 1, 3, 7, 15 and 31 seconds.
  expect(seen.rounds).toBeLessThanOrEqual(6);
  expect(seen.rounds).toBeGreaterThanOrEqual(4);
});

test('a database that is gone is not tried again', async () => {
  const { loop, seen } = await aLoop({ clock: fastClock });
  await aDatabase('going');
  const lost = aDeclaration({ name: 'going', schemas: [{ name: 'a', ensure: 'present', owner: 'nobody_has_it' }] });
  loop.follow(aDatabasesWish({ declarations: [lost] }));
  await expect.poll(() => seen.report?.databases.find(({ name }) => name === 'going')?.applied).toBe(false);
  await admin.query('DROP DATABASE going WITH (FORCE)');
  const reports: string[] = [];
  loop.follow(aDatabasesWish());
  await expect.poll(() => seen.report?.databases.map(({ name }) => name)).not.toContain('going');
  for (let i = 0; i < 60; i += 1) {
    await systemClock.sleep(20);
    reports.push(...(seen.report?.databases.map(({ name }) => name) ?? []));
  }
  expect(reports).not.toContain('going');
  expect(seen.report?.failures).toEqual([]);
});

test('an image is not let go while a database that was made in the meantime uses it', async () => {
  const late: { done: Promise<unknown> | undefined } = { done: undefined };
  const { loop, seen } = await aLoop({
    around: (sessions) => ({
      ...sessions,
      open: async (database, kind) => {
        late.done ??= (async () => {
          await aDatabase('late');
          const client = await clientIn('late');
          await client.query('CREATE EXTENSION hstore');
          await client.end();
        })();
        await late.done;
        return sessions.open(database, kind);
      },
    }),
  });
  const wish = aDatabasesWish({ leaving: [aLeavingImage('hstore')] });
  loop.follow(wish);
  await expect.poll(() => seen.report?.lastRoundMs, { timeout: 5_000 }).toBeDefined();
  await systemClock.sleep(1_000);
  expect([...loop.freeImages(wish)]).toEqual([]);
  await admin.query('DROP DATABASE late WITH (FORCE)');
  const next = aDatabasesWish({ leaving: [aLeavingImage('hstore')] });
  loop.follow(next);
  await expect.poll(() => [...loop.freeImages(next)], { timeout: 5_000 }).toEqual(['hstore']);
});

const leavingHstore = () => aDatabasesWish({ leaving: [aLeavingImage('hstore')] });

async function createHstore(database: string): Promise<void> {
  const client = await clientIn(database);
  await client.query('CREATE EXTENSION hstore');
  await client.end();
}

/** Looks into the database do not begin before `open` was called. */
function aGate(database: string) {
  const gate = Promise.withResolvers<undefined>();
  const around = (sessions: Sessions): Sessions => ({
    ...sessions,
    open: async (name, kind) => {
      const opened = await sessions.open(name, kind);
      if (name === database) await gate.promise;
      return opened;
    },
  });
  cleanUps.push(() => gate.resolve(undefined));
  return { around, open: () => gate.resolve(undefined) };
}

test('an image is let go although passes come faster than the databases can be looked at', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await aDatabase(name);
  const { loop, seen } = await aLoop();
  const followed = { times: 0, free: [] as readonly string[] };
  for (; followed.times < 500 && followed.free.length === 0; followed.times += 1) {
    const wish = loop.follow(leavingHstore());
    await systemClock.sleep(10);
    followed.free = [...loop.freeImages(wish)];
  }
  expect(followed.free).toEqual(['hstore']);
  // Only of what was followed.
  const rounds = seen.rounds;
  expect([...loop.freeImages(aDatabasesWish({ leaving: [aLeavingImage('citext')] }))]).toEqual([]);
  expect([...loop.freeImages(leavingHstore())]).toEqual([]);
  expect(seen.rounds).toBe(rounds);
});

test('that nothing uses an image counts for five seconds, and then it is looked at once more', async () => {
  const { loop, seen } = await aLoop({ clock: fastClock });
  const wish = loop.follow(leavingHstore());
  await expect.poll(() => [...loop.freeImages(wish)], { interval: 5 }).toEqual(['hstore']);
  await expect.poll(() => [...loop.freeImages(wish)], { interval: 5 }).toEqual([]);
  const { rounds } = seen;
  const next = loop.follow(leavingHstore());
  expect(next).not.toBe(wish);
  await expect.poll(() => seen.rounds).toBeGreaterThan(rounds);
});

test('what was seen before something else was wished does not count', async () => {
  await aDatabase('used');
  const { loop } = await aLoop();
  const first = loop.follow(leavingHstore());
  await expect.poll(() => [...loop.freeImages(first)], { interval: 5 }).toEqual(['hstore']);
  // Wished again meanwhile, and used.
  loop.follow(aDatabasesWish());
  await createHstore('used');
  const again = loop.follow(leavingHstore());
  for (let i = 0; i < 50; i += 1) {
    expect([...loop.freeImages(again)]).toEqual([]);
    await systemClock.sleep(20);
  }
});

test('what is followed once more during the looks is looked at once more after them', async () => {
  await aDatabase('user_of_it');
  await createHstore('user_of_it');
  await aDatabase('slow');
  const gate = aGate('slow');
  const { loop, seen } = await aLoop({ around: gate.around });
  const wish = loop.follow(leavingHstore());
  await expect.poll(() => seen.rounds).toBe(1);
  for (let i = 0; i < 20; i += 1) expect(loop.follow(leavingHstore())).toBe(wish);
  await systemClock.sleep(300);
  expect(seen.rounds).toBe(1);
  gate.open();
  await expect.poll(() => seen.rounds).toBe(2);
  await systemClock.sleep(500);
  expect(seen.rounds).toBe(2);
  expect([...loop.freeImages(wish)]).toEqual([]);
});

test('a template that is declared no longer has no row any more', async () => {
  const { loop, seen } = await aLoop();
  loop.follow(aDatabasesWish({ declarations: [aDeclaration({ name: 'template1' })] }));
  await expect.poll(() => seen.report?.databases.find(({ name }) => name === 'template1')?.applied).toBe(true);
  loop.follow(aDatabasesWish());
  await systemClock.sleep(1_000);
  expect(seen.report?.databases.find(({ name }) => name === 'template1')?.declaration).toBeUndefined();
});

test('a round that could not begin is begun again soon', async () => {
  const asked = { times: 0 };
  const { loop, seen } = await aLoop({
    observeServer: async (roles) => {
      asked.times += 1;
      return asked.times === 1 ? undefined : observeServerCatalog(admin, roles);
    },
  });
  loop.follow(aDatabasesWish());
  await expect.poll(() => seen.report?.lastRoundMs, { timeout: 5_000 }).toBeDefined();
});

test('no database waits for one that is to be dropped and is in use', async () => {
  await aDatabase('one');
  const inside = await clientIn('one');
  cleanUps.push(() => inside.end().catch(() => undefined));
  const { loop, seen } = await aLoop();
  const one = aDeclaration({ name: 'one', ensure: 'absent' });
  loop.follow(aDatabasesWish({ declarations: [one] }));
  await systemClock.sleep(500);
  const at = Date.now();
  loop.follow(
    aDatabasesWish({
      declarations: [
        one,
        aDeclaration({ name: 'postgres', schemas: [{ name: 'x', ensure: 'present', owner: undefined }] }),
      ],
    }),
  );
  await expect
    .poll(() => seen.report?.databases.find(({ name }) => name === 'postgres')?.applied, {
      timeout: 20_000,
      interval: 20,
    })
    .toBe(true);
  expect(Date.now() - at).toBeLessThan(1_000);
  expect(await databases()).toContain('one');
  expect(seen.report?.databases.find(({ name }) => name === 'one')?.remark?.reason).toBe('DatabaseInUse');
});

test('no database waits for one that is being created and cannot be yet', async () => {
  // CREATE DATABASE waits five seconds for others to leave its template.
  const inside = await clientIn('template1');
  cleanUps.push(
    () => inside.end().catch(() => undefined),
    ...['made', 'also_made', 'other'].map((name) => () => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  );
  const { loop, seen } = await aLoop();
  const schema = { name: 'beside', ensure: 'present', owner: undefined } as const;
  const at = Date.now();
  loop.follow(
    aDatabasesWish({
      declarations: [
        aDeclaration({ name: 'made' }),
        aDeclaration({ name: 'also_made' }),
        aDeclaration({ name: 'other', creation: { template: 'template0' } }),
        aDeclaration({ name: 'postgres', schemas: [schema] }),
      ],
    }),
  );
  const applied = (name: string) => () => seen.report?.databases.find((report) => report.name === name)?.applied;
  await expect.poll(applied('postgres'), { timeout: 20_000, interval: 20 }).toBe(true);
  expect(Date.now() - at).toBeLessThan(2_000);
  expect(await databases()).not.toContain('made');
  expect(seen.report?.lastRoundMs).toBeUndefined();
  const reason = (name: string) => () => seen.report?.databases.find((report) => report.name === name)?.remark?.reason;
  expect(reason('made')()).toBe('UnderWay');
  await expect.poll(applied('made'), { timeout: 20_000, interval: 20 }).toBe(false);
  // It waits for the same, and is not waited for once more.
  expect([reason('made')(), reason('also_made')()]).toEqual(['DatabaseInUse', 'DatabaseInUse']);
  expect(Date.now() - at).toBeLessThan(8_000);
  for (let i = 0; i < 20; i += 1) {
    await systemClock.sleep(50);
    expect([reason('made')(), reason('also_made')()]).toEqual(['DatabaseInUse', 'DatabaseInUse']);
  }
  await expect.poll(applied('other'), { timeout: 20_000, interval: 20 }).toBe(true);
  await inside.end();
  await expect.poll(applied('made'), { timeout: 20_000, interval: 20 }).toBe(true);
  await expect.poll(applied('also_made'), { timeout: 20_000, interval: 20 }).toBe(true);
  expect(seen.report?.lastRoundMs).toBeDefined();
});

test('what does not help a database is not done again and again', async () => {
  await aDatabase('stubborn');
  const seenRounds = { count: 0 };
  const { loop, seen } = await aLoop({
    observeServer: async (roles) => {
      seenRounds.count += 1;
      const server = await observeServerCatalog(admin, roles);
      return {
        ...server,
        databases: server.databases.map((row) => (row.name === 'stubborn' ? { ...row, connectionLimit: 7 } : row)),
      };
    },
  });
  const properties = { ...aDeclaration({ name: 'stubborn' }).properties, connectionLimit: 9 };
  loop.follow(aDatabasesWish({ declarations: [aDeclaration({ name: 'stubborn', properties })] }));
  await expect.poll(() => seen.report?.lastRoundMs, { timeout: 5_000 }).toBeDefined();
  await systemClock.sleep(1_000);
  // The first look, the one of who does it, and the one after it.
  expect(seenRounds.count).toBe(3);
});

test('a look that ends after its database was declared absent says nothing of it any more', async () => {
  await aDatabase('late_look');
  const gate = Promise.withResolvers<undefined>();
  const { loop, seen } = await aLoop({
    around: (sessions) => ({
      ...sessions,
      open: async (database, kind) => {
        const opened = await sessions.open(database, kind);
        if (database === 'late_look') await gate.promise;
        return opened;
      },
    }),
  });
  const open = async () => (await admin.query(`SELECT FROM pg_stat_activity WHERE datname = 'late_look'`)).rowCount;
  loop.follow(aDatabasesWish({ declarations: [aDeclaration({ name: 'late_look' })] }));
  await expect.poll(open).toBe(1);
  loop.follow(aDatabasesWish({ declarations: [aDeclaration({ name: 'late_look', ensure: 'absent' })] }));
  const report = () => seen.report?.databases.find(({ name }) => name === 'late_look');
  await expect.poll(() => report()?.remark?.reason, { timeout: 10_000 }).toBe('DatabaseInUse');
  gate.resolve(undefined);
  await expect.poll(open).toBe(0);
  await systemClock.sleep(200);
  expect(report()?.declaration?.ensure).toBe('absent');
});

test('what is wrong stays said while it is tried again', async () => {
  await aDatabase('retried');
  const holder = await clientIn('retried');
  await holder.query('CREATE SCHEMA held');
  await holder.query('CREATE TABLE held.back ()');
  const { loop, seen } = await aLoop();
  const held = { name: 'held', ensure: 'absent', owner: undefined } as const;
  const reasons = new Set<string | undefined>();
  const reason = () => seen.report?.databases.find(({ name }) => name === 'retried')?.schemas[0]?.remark?.reason;
  loop.follow(aDatabasesWish({ declarations: [aDeclaration({ name: 'retried', schemas: [held] })] }));
  await expect.poll(reason, { timeout: 5_000 }).toBe('DependentsExist');
  // DROP SCHEMA waits two seconds for the lock.
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE held.back IN ACCESS SHARE MODE');
  for (let i = 0; i < 200; i += 1) {
    await systemClock.sleep(25);
    reasons.add(reason());
  }
  await holder.end();
  expect(reasons.has(undefined)).toBe(false);
  expect(seen.report?.failures[0]?.count).toBeGreaterThan(1);
});
