import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { sendSignal } from '../../support/send-signal.ts';
import { applied, databaseIn, installedIn } from './declared.ts';
import type { InstanceFolder } from './instance-folder.ts';
import { postmasterPid } from './processes.ts';
import { allApplied, declare, isCreatingSlow, several, terminate, until, withKit } from './several.ts';

describe('sessions of the manager that somebody ends', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await withKit(2);
    manager = await place.startReady();
  });
  afterAll(() => place?.remove());

  test('in the middle of a statement: the manager lives, and the statement is tried again and succeeds', async () => {
    const client = await manager.client();
    place.writeConfiguration(declare(['middle'], '{ name: slow }, { name: chain }'));
    await until(client, isCreatingSlow);
    expect(await terminate(client, `query LIKE 'CREATE EXTENSION%'`)).toBe(1);
    await applied(manager, 'middle');
    expect(await installedIn(manager, 'middle')).toEqual(['chain 1.2 public', 'slow 1.0 public']);
    expect((await manager.status()).postgres).toMatchObject({ starts: 1, crashes: 0 });
  });

  test('while they rest: what is declared next is applied all the same', async () => {
    const client = await manager.client();
    expect(await terminate(client)).toBe(1);
    place.writeConfiguration(declare(['rest'], '{ name: chain }'));
    await applied(manager, 'rest');
    expect((await manager.status()).postgres.starts).toBe(1);
  });

  test('again and again while many databases are made: all are applied when it stops', async () => {
    const client = await manager.client();
    const names = several(10, 'again');
    place.writeConfiguration(declare(names, '{ name: chain }, { name: base }'));
    const untilMs = performance.now() + 3_000;
    let ended = 0;
    while (performance.now() < untilMs) ended += await terminate(client);
    expect(ended).toBeGreaterThan(5);
    await allApplied(manager, names, 20_000);
    expect((await manager.status()).postgres).toMatchObject({ starts: 1, crashes: 0 });
    await manager.waitFor(({ findings }) => findings.length === 0);
  });

  test('in the databases only, again and again: what is declared is applied when it stops, without waiting for a pass', async () => {
    const client = await manager.client();
    const names = several(10, 'inside');
    place.writeConfiguration(declare(names, '{ name: chain }'));
    await manager.waitFor((status) => databaseIn(status, 'inside9') !== undefined);
    // All but the one that watches: the round goes on.
    const untilMs = performance.now() + 2_000;
    let ended = 0;
    while (performance.now() < untilMs) ended += await terminate(client, `application_name NOT LIKE '%monitor'`);
    expect(ended).toBeGreaterThan(5);
    await allApplied(manager, names, 20_000);
  });
});

describe('the manager', () => {
  test('keeps no smart shutdown waiting with a statement that takes long, and carries it out afterwards', async () => {
    await using place = await withKit(20);
    const manager = await place.startReady();
    place.writeConfiguration(declare(['slowly'], '{ name: slow }'));
    const client = await manager.client();
    await until(client, isCreatingSlow);
    await client.end();
    const startMs = performance.now();
    sendSignal(postmasterPid(place.dataDirectory), 'SIGTERM');
    await manager.waitForLog(({ msg }) => msg.includes('received smart shutdown request'));
    await manager.waitForLog(({ msg }) => msg.includes('database system is shut down'), 12_000);
    expect(performance.now() - startMs).toBeLessThan(12_000);
    await manager.waitFor(({ postgres }) => postgres.starts === 2 && postgres.ready);
    await until(await manager.client(), isCreatingSlow);
    // Seen again; nobody waits for its end here.
    expect((await manager.stop()).code).toBe(0);
  });

  test('goes on where it was when PostgreSQL is restarted in the middle of a round', async () => {
    await using place = await withKit(0.1);
    const manager = await place.startReady();
    const names = several(12, 'round');
    place.writeConfiguration(declare(names, '{ name: chain }, { name: slow }'));
    await manager.waitFor((status) => names.some((name) => databaseIn(status, name)?.applied === true), 20_000);
    expect((await manager.control('POST', '/restart')).statusCode).toBe(200);
    await allApplied(manager, names, 30_000);
    for (const name of names) expect(await installedIn(manager, name)).toEqual(['chain 1.2 public', 'slow 1.0 public']);
    expect(await manager.status()).toMatchObject({ postgres: { starts: 2, crashes: 0 }, findings: [] });
  });

  test('goes on where it was when a crash ends all sessions in the middle of a round', async () => {
    await using place = await withKit(0.1);
    const manager = await place.startReady();
    const names = several(12, 'crash');
    place.writeConfiguration(declare(names, '{ name: chain }, { name: slow }'));
    await manager.waitFor((status) => names.some((name) => databaseIn(status, name)?.applied === true), 20_000);
    const { rows } = await (await manager.client()).query('SELECT pg_backend_pid() AS pid');
    sendSignal(rows[0].pid, 'SIGKILL');
    await allApplied(manager, names, 40_000);
    for (const name of names) expect(await installedIn(manager, name)).toEqual(['chain 1.2 public', 'slow 1.0 public']);
    expect((await manager.status()).postgres.starts).toBe(1);
    await manager.waitFor(({ findings }) => findings.length === 0);
  });
});
