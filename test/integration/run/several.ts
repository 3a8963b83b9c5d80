import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { expect } from 'vitest';
import { base, chain, extensionImage, slow } from '../../support/extension-kit.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { databaseIn } from './declared.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

const images = 'extensions: [{ name: kit }]\n';
export const ours = `application_name LIKE 'pg-instance-manager%'`;

export async function withKit(
  seconds: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<InstanceFolder> {
  const place = await instanceFolder({ configuration: images, settings });
  extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), base, slow(seconds));
  return place;
}

export function declare(names: readonly string[], extensions: string): string {
  const databases = names.map((name) => `  - { name: ${name}, extensions: [${extensions}] }\n`);
  return `${images}databases:\n${databases.join('')}`;
}

/** `item0`, `item1` and so on. */
export function several(count: number, prefix = 'item'): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

export function allApplied(manager: RunningManager, names: readonly string[], timeoutMs?: number): Promise<unknown> {
  return manager.waitFor((status) => names.every((name) => databaseIn(status, name)?.applied === true), timeoutMs);
}

/** Ends sessions of the manager; returns how many. */
export async function terminate(client: pg.Client, condition = 'true'): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ours} AND ${condition}`,
  );
  return rowCount ?? 0;
}

export async function until(client: pg.Client, question: string): Promise<void> {
  await expect.poll(async () => (await client.query(question)).rowCount, { timeout: 15_000, interval: 15 }).not.toBe(0);
}

export const isCreatingSlow = `SELECT 1 FROM pg_stat_activity WHERE ${ours} AND query LIKE 'CREATE EXTENSION%slow%' AND state = 'active'`;

/** Takes all connections that there are for a user. */
export async function fill(manager: RunningManager, config: pg.ClientConfig = {}): Promise<readonly pg.Client[]> {
  const clients: pg.Client[] = [];
  // The manager looks into databases now and then, and gives the place that it had for that back a moment later.
  for (let refusals = 0; refusals < 4; ) {
    const client = await manager.client(config).catch(() => undefined);
    if (client === undefined) {
      refusals += 1;
      await delay(100);
    } else {
      refusals = 0;
      clients.push(client);
    }
  }
  return clients;
}
