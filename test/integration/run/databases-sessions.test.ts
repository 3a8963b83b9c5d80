import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base, chain, extensionImage, slow } from '../../support/extension-kit.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { applied, databaseIn, installedIn } from './declared.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

const images = 'extensions: [{ name: kit }]\n';
const ours = `application_name LIKE 'pg-instance-manager%'`;

async function withKit(seconds: number, settings: Readonly<Record<string, string>> = {}): Promise<InstanceFolder> {
  const place = await instanceFolder({ configuration: images, settings });
  extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), base, slow(seconds));
  return place;
}

function declare(names: readonly string[], extensions: string): string {
  const databases = names.map((name) => `  - { name: ${name}, extensions: [${extensions}] }\n`);
  return `${images}databases:\n${databases.join('')}`;
}

/** `item0`, `item1` and so on. */
function several(count: number, prefix = 'item'): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

function allApplied(manager: RunningManager, names: readonly string[], timeoutMs?: number): Promise<unknown> {
  return manager.waitFor((status) => names.every((name) => databaseIn(status, name)?.applied === true), timeoutMs);
}

/** Ends sessions of the manager; returns how many. */
async function terminate(client: pg.Client, condition = 'true'): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ours} AND ${condition}`,
  );
  return rowCount ?? 0;
}

async function until(client: pg.Client, question: string): Promise<void> {
  await expect.poll(async () => (await client.query(question)).rowCount, { timeout: 15_000, interval: 15 }).not.toBe(0);
}

const isCreatingSlow = `SELECT 1 FROM pg_stat_activity WHERE ${ours} AND query LIKE 'CREATE EXTENSION%slow%' AND state = 'active'`;

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
});
