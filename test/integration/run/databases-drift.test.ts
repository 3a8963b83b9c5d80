import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base, chain, extensionImage, movable, settled } from '../../support/extension-kit.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { applied, databaseIn, extensionIn, installedIn, postgresErrors, reasoned } from './declared.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';
import { afterLooks, lookOften, reloadsOf } from './leaving.ts';

const images = 'extensions: [{ name: kit }]\n';

describe('what drifted from the declaration', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: images });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), base, movable, settled);
    manager = await place.startReady(lookOften);
  });
  afterAll(() => place?.remove());

  test('is made again at the next pass when it was dropped by hand', async () => {
    place.writeConfiguration(`${images}databases: [{ name: dropped, extensions: [{ name: chain }] }]\n`);
    await applied(manager, 'dropped');
    await manager.sql('DROP EXTENSION chain', { database: 'dropped' });
    await expect.poll(() => installedIn(manager, 'dropped'), { timeout: 10_000 }).toEqual(['chain 1.2 public']);
    await applied(manager, 'dropped');
  });

  test('is made again when a whole database was dropped by hand', async () => {
    place.writeConfiguration(`${images}databases: [{ name: whole, extensions: [{ name: chain }] }]\n`);
    await applied(manager, 'whole');
    const oids = (): Promise<readonly unknown[]> => manager.sql(`SELECT oid FROM pg_database WHERE datname = 'whole'`);
    const before = await oids();
    await manager.sql('DROP DATABASE whole WITH (FORCE)');
    await expect.poll(oids, { timeout: 10_000 }).not.toEqual(before);
    await expect.poll(() => installedIn(manager, 'whole'), { timeout: 10_000 }).toEqual(['chain 1.2 public']);
  });

  test('is moved when it was created by hand in another schema', async () => {
    place.writeConfiguration(`${images}databases:
  - { name: moved, schemas: [{ name: tools }], extensions: [{ name: movable, schema: tools }] }
`);
    await applied(manager, 'moved');
    const session = { database: 'moved' };
    await manager.sql('BEGIN; DROP EXTENSION movable; CREATE EXTENSION movable SCHEMA public; COMMIT', session);
    await expect.poll(() => installedIn(manager, 'moved'), { timeout: 10_000 }).toEqual(['movable 1.0 tools']);
  });

  test('is reported when it cannot be moved', async () => {
    place.writeConfiguration(`${images}databases:
  - { name: unmoved, schemas: [{ name: tools }], extensions: [{ name: settled, schema: tools }] }
`);
    await applied(manager, 'unmoved');
    const session = { database: 'unmoved' };
    await manager.sql('BEGIN; DROP EXTENSION settled; CREATE EXTENSION settled SCHEMA public; COMMIT', session);
    const row = await reasoned(manager, 'unmoved', 'settled', 'NotRelocatable');
    expect(row).toMatchObject({ applied: false, schema: 'public' });
    expect(await installedIn(manager, 'unmoved')).toEqual(['settled 1.0 public']);
  });

  test('is mended in every connectable database, and costs PostgreSQL no reload', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    const declared = names.map((name) => `  - { name: ${name}, extensions: [{ name: chain }] }\n`).join('');
    place.writeConfiguration(`${images}databases:\n${declared}`);
    for (const name of names) await applied(manager, name);
    const reloads = await reloadsOf(manager);
    for (const database of names) await manager.sql('DROP EXTENSION chain', { database });
    for (const database of names) {
      await expect.poll(() => installedIn(manager, database), { timeout: 10_000 }).toEqual(['chain 1.2 public']);
    }
    expect(await reloadsOf(manager)).toBe(reloads);
  });

  test('is an extension in another version, which is brought to the declared one', async () => {
    place.writeConfiguration(
      `${images}databases: [{ name: version, extensions: [{ name: chain, version: "1.1" }] }]\n`,
    );
    await applied(manager, 'version');
    const session = { database: 'version' };
    await manager.sql(`BEGIN; DROP EXTENSION chain; CREATE EXTENSION chain VERSION '1.0'; COMMIT`, session);
    await expect.poll(() => installedIn(manager, 'version'), { timeout: 10_000 }).toEqual(['chain 1.1 public']);
  });

  test('is what appears again although it is declared absent', async () => {
    place.writeConfiguration(`${images}databases: [{ name: gone, extensions: [{ name: chain, ensure: absent }] }]\n`);
    await applied(manager, 'gone');
    await manager.sql('CREATE EXTENSION chain', { database: 'gone' });
    await expect.poll(() => installedIn(manager, 'gone'), { timeout: 10_000 }).toEqual([]);
  });
});

describe('what is not declared', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: images });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), base, movable, settled);
    manager = await place.startReady(lookOften);
  });
  afterAll(() => place?.remove());

  test('is never touched: databases, extensions and schemas of others stay as they are', async () => {
    await manager.sql('CREATE DATABASE strange');
    await manager.sql('CREATE DATABASE listed');
    for (const database of ['strange', 'listed']) {
      await manager.sql(`CREATE SCHEMA "of others"; CREATE EXTENSION chain SCHEMA "of others" VERSION '1.0'`, {
        database,
      });
    }
    place.writeConfiguration(`${images}databases: [{ name: listed, extensions: [{ name: base }] }]\n`);
    await applied(manager, 'listed');
    place.writeConfiguration(images);
    await manager.waitFor((status) => databaseIn(status, 'listed')?.ensure === null);
    await afterLooks(manager, 3);
    expect(await installedIn(manager, 'listed')).toEqual(['base 1.0 public', 'chain 1.0 of others']);
    expect(await installedIn(manager, 'strange')).toEqual(['chain 1.0 of others']);
    expect(extensionIn(await manager.status(), 'strange', 'chain')).toMatchObject({
      ensure: null,
      applied: null,
      installedVersion: '1.0',
      defaultVersion: '1.2',
    });
  });

  test('stays away when it was dropped from the configuration and then by hand', async () => {
    place.writeConfiguration(`${images}databases: [{ name: left, extensions: [{ name: base }] }]\n`);
    await applied(manager, 'left');
    place.writeConfiguration(images);
    await manager.waitFor((status) => databaseIn(status, 'left')?.ensure === null);
    await manager.sql('DROP DATABASE "left" WITH (FORCE)');
    await manager.waitFor((status) => databaseIn(status, 'left') === undefined);
    await afterLooks(manager, 2);
    expect(await manager.sql(`SELECT 1 FROM pg_database WHERE datname = 'left'`)).toEqual([]);
  });
});

describe('a database that cannot be looked into', () => {
  test('because it does not accept connections is skipped and says why, and is mended when it does', async () => {
    await using place = await instanceFolder({ configuration: images });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), base);
    const manager = await place.startReady(lookOften);
    await manager.sql('CREATE DATABASE shut ALLOW_CONNECTIONS false');
    await manager.sql('CREATE DATABASE closed ALLOW_CONNECTIONS false');
    place.writeConfiguration(`${images}databases:
  - { name: shut, extensions: [{ name: chain }] }
  - { name: open, extensions: [{ name: chain }] }
`);
    const status = await manager.waitFor(
      (seen) =>
        databaseIn(seen, 'open')?.applied === true && extensionIn(seen, 'shut', 'chain')?.reason !== 'NotLookedAtYet',
    );
    expect(databaseIn(status, 'shut')).toMatchObject({
      applied: false,
      reason: 'DatabaseNotConnectable',
      message: expect.stringContaining('ALLOW_CONNECTIONS true'),
    });
    expect(extensionIn(status, 'shut', 'chain')).toMatchObject({ applied: false, reason: 'DatabaseNotConnectable' });
    // Nobody has asked for anything in this one.
    expect(databaseIn(status, 'closed')).toMatchObject({ ensure: null, reason: 'DatabaseNotConnectable' });
    expect(status.findings.filter(({ severity }) => severity !== 'info').map(({ subject }) => subject)).toEqual([
      'database/shut',
    ]);
    expect(postgresErrors(manager)).toEqual([]);
    await manager.sql('ALTER DATABASE shut ALLOW_CONNECTIONS true');
    await applied(manager, 'shut');
    expect(await installedIn(manager, 'shut')).toEqual(['chain 1.2 public']);
  });

  test('because a DROP DATABASE was interrupted is skipped and says why, and is made anew when it is gone', async () => {
    await using place = await instanceFolder({ configuration: images });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), base);
    // Before there is a manager that looks: one that had it on its list while it was whole is turned away once.
    const before = await place.startReady();
    await before.sql('CREATE DATABASE remains');
    await before.sql(`UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'remains'`);
    await before.stop();
    const manager = await place.startReady(lookOften);
    place.writeConfiguration(`${images}databases: [{ name: remains, extensions: [{ name: chain }] }]\n`);
    const row = await reasoned(manager, 'remains', 'chain', 'DatabaseInvalid');
    expect(row).toMatchObject({ applied: false, message: expect.stringContaining('DROP DATABASE') });
    await afterLooks(manager, 2);
    expect(postgresErrors(manager)).toEqual([]);
    await manager.sql('DROP DATABASE remains');
    await applied(manager, 'remains');
    expect(await installedIn(manager, 'remains')).toEqual(['chain 1.2 public']);
  });
});

describe('template1', () => {
  test('gets what is declared in it, and so do databases that are made of it', async () => {
    await using place = await instanceFolder({ configuration: images });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), base);
    const manager = await place.startReady();
    place.writeConfiguration(`${images}databases: [{ name: template1, extensions: [{ name: chain }] }]\n`);
    await applied(manager, 'template1');
    await manager.sql('CREATE DATABASE child');
    expect(await installedIn(manager, 'child')).toEqual(['chain 1.2 public']);
  });

  test('has no session of the manager when it is not declared, so that CREATE DATABASE never fails or waits', async () => {
    await using place = await instanceFolder({
      configuration: `${images}databases: [{ name: postgres, extensions: [{ name: chain }] }]\n`,
      // Each session leaves a line with its database in the log.
      settings: { log_connections: 'on', log_line_prefix: '%m [%p] %d ' },
    });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), base);
    const manager = await place.startReady({ flags: ['--resync-interval', '100ms'] });
    await applied(manager, 'postgres');
    for (let made = 0; made < 10; made += 1) await manager.sql(`CREATE DATABASE made_${made}`);
    await manager.waitFor((status) => typeof databaseIn(status, 'made_9')?.lookedAt === 'string');
    const sessions = manager
      .log()
      .filter(({ msg }) => /connection authorized:.*application_name=pg-instance-manager/.test(msg));
    expect(sessions.length).toBeGreaterThan(10);
    expect(sessions.filter(({ msg }) => msg.includes('database=template1'))).toEqual([]);
    expect(postgresErrors(manager)).toEqual([]);
  });
});

describe('a server without the database postgres', () => {
  test('is ready, gets what is declared, and everybody can make databases', async () => {
    await using place = await instanceFolder({ configuration: `${images}databases: [{ name: app }]\n` });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'));
    const manager = await place.startReady();
    await applied(manager, 'app');
    await manager.sql('DROP DATABASE postgres WITH (FORCE)', { database: 'app' });
    place.writeConfiguration(`${images}databases: [{ name: app }, { name: later, extensions: [{ name: chain }] }]\n`);
    await applied(manager, 'later');
    await manager.sql('CREATE DATABASE by_hand', { database: 'app' });
    expect(await manager.status()).toMatchObject({ postgres: { ready: true, answer: 'accepting', starts: 1 } });
    await delay(3_000);
    // Once for the session that watches, once each for those that make databases; not with every look.
    // On a busy machine a look can be given up, which is another matter.
    const others = /terminating connection|connection to client lost/;
    const complaints = postgresErrors(manager).filter((line) => !others.test(line));
    expect(new Set(complaints)).toEqual(new Set(['FATAL:  database "postgres" does not exist']));
    expect(complaints.length).toBeLessThanOrEqual(3);
    await manager.sql('CREATE DATABASE postgres', { database: 'app' });
    const watches = `SELECT datname FROM pg_stat_activity WHERE application_name LIKE '%monitor'`;
    await expect
      .poll(() => manager.sql(watches, { database: 'app' }), { timeout: 10_000 })
      .toEqual([{ datname: 'postgres' }]);
  });
});
