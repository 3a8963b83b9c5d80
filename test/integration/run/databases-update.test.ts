import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  base,
  chain,
  extensionImage,
  halfWay,
  loader,
  movable,
  needy,
  settled,
  vlib,
} from '../../support/extension-kit.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { applied, databaseIn, extensionIn, installedIn, postgresErrors, reasoned } from './declared.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

const images = 'extensions: [{ name: kit }, { name: versioned }]\n';
const declare = (extensions: string, database = 'app'): string =>
  `${images}databases: [{ name: ${database}, extensions: [${extensions}] }]\n`;

describe('an extension that is declared', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: images });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), base, needy, settled, movable, halfWay, loader);
    extensionImage(place.extensionsDirectory, 'versioned', vlib('1.0'));
    manager = await place.startReady();
  });
  afterAll(() => place?.remove());

  test('is updated when its version is given and another', async () => {
    place.writeConfiguration(declare('{ name: chain, version: "1.0" }'));
    await applied(manager, 'app');
    place.writeConfiguration(declare('{ name: chain, version: "1.2" }'));
    await manager.waitFor((status) => extensionIn(status, 'app', 'chain')?.installedVersion === '1.2');
    expect(await manager.sql('SELECT chain_version() AS v', { database: 'app' })).toEqual([{ v: '1.2' }]);
  });

  test('is not tried to be updated where no path leads, and the versions that can be reached are told', async () => {
    const before = postgresErrors(manager).length;
    place.writeConfiguration(declare('{ name: chain, version: "1.0" }', 'no_path'));
    await applied(manager, 'no_path');
    place.writeConfiguration(declare('{ name: chain, version: "2.0" }', 'no_path'));
    const row = await reasoned(manager, 'no_path', 'chain', 'NoUpdatePath');
    expect(row).toMatchObject({ applied: false, installedVersion: '1.0', desiredVersion: '2.0' });
    expect(row?.message).toMatch(/1\.2 and 1\.1|1\.2, 1\.1/);
    expect(postgresErrors(manager)).toHaveLength(before);
  });

  test('stays at its version when nobody asks, with UpdateAvailable, and follows the default one where that is asked for', async () => {
    await manager.sql('CREATE DATABASE news');
    await manager.sql('CREATE EXTENSION chain VERSION "1.0"', { database: 'news' });
    place.writeConfiguration(declare('{ name: chain }', 'news'));
    const row = await reasoned(manager, 'news', 'chain', 'UpdateAvailable');
    expect(row).toMatchObject({ applied: true, installedVersion: '1.0', defaultVersion: '1.2' });
    expect((await manager.get('/metrics')).body).toMatch(
      /database_extension_update_available\{database="news",extension="chain"\} 1/,
    );
    place.writeConfiguration(declare('{ name: chain, update: default }', 'news'));
    await manager.waitFor((status) => extensionIn(status, 'news', 'chain')?.installedVersion === '1.2');
  });

  test('follows an image with a new version: first only said, then done by a bumped version', async () => {
    place.writeConfiguration(declare('{ name: vlib, version: "1.0" }', 'swapped'));
    await applied(manager, 'swapped');
    rmSync(join(place.extensionsDirectory, 'versioned'), { recursive: true });
    extensionImage(place.extensionsDirectory, 'versioned', vlib('1.1'));
    await manager.control('POST', '/reload');
    const row = await reasoned(manager, 'swapped', 'vlib', 'LibraryMissing');
    expect(row).toMatchObject({ applied: false, installedVersion: '1.0', defaultVersion: '1.1' });
    expect(row?.message).toContain('vlib-1.0');
    place.writeConfiguration(declare('{ name: vlib, version: "1.1" }', 'swapped'));
    await manager.waitFor((status) => extensionIn(status, 'swapped', 'vlib')?.installedVersion === '1.1');
    expect(await manager.sql(`SELECT vlib_soundex('anne') AS s`, { database: 'swapped' })).toEqual([{ s: 'A500' }]);
  });

  test('is as it was when its update script fails half-way, says so, and is tried again with growing pauses', async () => {
    place.writeConfiguration(declare('{ name: halfway }', 'half'));
    await applied(manager, 'half');
    place.writeConfiguration(declare('{ name: halfway, version: "1.1" }', 'half'));
    const row = await reasoned(manager, 'half', 'halfway', 'StatementFailed');
    expect(row).toMatchObject({ applied: false, installedVersion: '1.0' });
    expect(row?.message).toContain('division by zero');
    expect(await manager.sql(`SELECT to_regclass('half_way') AS t`, { database: 'half' })).toEqual([{ t: null }]);
    const failures = async (): Promise<number> =>
      Number(
        /database_failures_total\{database="half",item="extension\/halfway"\} (\d+)/.exec(
          (await manager.get('/metrics')).body,
        )?.[1],
      );
    await expect.poll(failures, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    const times = manager
      .log()
      .filter(({ msg }) => msg.includes('ERROR:  division by zero'))
      .map(({ time }) => Date.parse(String(time)));
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(pauses[1] ?? 0).toBeGreaterThan((pauses[0] ?? 0) * 1.4);
  });

  test('has a script that LOADs from $libdir: that is named when the image is mounted, and told again when it fails', async () => {
    const { findings } = await manager.waitFor(({ findings: all }) =>
      all.some(({ reason }) => reason === 'UpdateScriptLoadsLibdir'),
    );
    expect(findings.find(({ reason }) => reason === 'UpdateScriptLoadsLibdir')).toMatchObject({
      subject: 'extension/kit',
      message: expect.stringMatching(/loader--1\.0--1\.1\.sql/),
    });
    place.writeConfiguration(declare('{ name: loader }', 'loads'));
    await applied(manager, 'loads');
    place.writeConfiguration(declare('{ name: loader, version: "1.1" }', 'loads'));
    const row = await reasoned(manager, 'loads', 'loader', 'StatementFailed');
    expect(row?.message).toMatch(/\$libdir/);
  });

  test('is moved when its schema is given and another, and if it cannot be, that is said', async () => {
    place.writeConfiguration(declare('{ name: movable }, { name: settled }', 'moves'));
    await applied(manager, 'moves');
    place.writeConfiguration(
      `${images}databases: [{ name: moves, schemas: [{ name: there }], extensions: [{ name: movable, schema: there }, { name: settled, schema: there }] }]\n`,
    );
    const row = await reasoned(manager, 'moves', 'settled', 'NotRelocatable');
    expect(row).toMatchObject({ applied: false, schema: 'public' });
    await manager.waitFor((status) => extensionIn(status, 'moves', 'movable')?.schema === 'there');
  });

  test('is dropped where ensure: absent says so, what requires it first', async () => {
    place.writeConfiguration(declare('{ name: base }, { name: needy }', 'drops'));
    await applied(manager, 'drops');
    place.writeConfiguration(declare('{ name: base, ensure: absent }, { name: needy, ensure: absent }', 'drops'));
    await manager.waitFor(
      (status) =>
        databaseIn(status, 'drops')?.extensions.every(({ ensure }) => ensure === 'absent') === true &&
        databaseIn(status, 'drops')?.applied === true,
    );
    expect(await installedIn(manager, 'drops')).toEqual([]);
  });

  test('is not dropped under what depends on it, which is listed by name, unless cascade: true says so', async () => {
    place.writeConfiguration(declare('{ name: base }', 'depended'));
    await applied(manager, 'depended');
    await manager.sql('CREATE VIEW "my view" AS SELECT * FROM base_table', { database: 'depended' });
    place.writeConfiguration(declare('{ name: base, ensure: absent }', 'depended'));
    const row = await reasoned(manager, 'depended', 'base', 'DependentsExist');
    expect(row?.message).toMatch(/"my view".*cascade: true/);
    place.writeConfiguration(declare('{ name: base, ensure: absent, cascade: true }', 'depended'));
    await applied(manager, 'depended');
    expect(await manager.sql(`SELECT to_regclass('"my view"') AS v`, { database: 'depended' })).toEqual([{ v: null }]);
  });

  test('does not wait for a lock for long, holds nobody up meanwhile, and is done when the lock is gone', async () => {
    place.writeConfiguration(declare('{ name: movable }', 'locked'));
    await applied(manager, 'locked');
    const holder = await manager.client({ database: 'locked' });
    await holder.query('BEGIN; LOCK TABLE movable_table IN ACCESS SHARE MODE');
    place.writeConfiguration(
      `${images}databases:
  - { name: locked, extensions: [{ name: movable, ensure: absent }, { name: chain }] }
  - { name: free, extensions: [{ name: chain }] }
`,
    );
    await applied(manager, 'free');
    const row = await reasoned(manager, 'locked', 'movable', 'WaitingForLock');
    expect(row).toMatchObject({ applied: false, installedVersion: '1.0' });
    expect(extensionIn(await manager.status(), 'locked', 'chain')).toMatchObject({ applied: true });
    await holder.end();
    await applied(manager, 'locked');
    expect(await installedIn(manager, 'locked')).toEqual(['chain 1.2 public']);
  });

  test('is made again when somebody drops it by hand, and moved back when somebody made it elsewhere', async () => {
    place.writeConfiguration(declare('{ name: chain, schema: public }, { name: movable }', 'drift'));
    await applied(manager, 'drift');
    await manager.sql('DROP EXTENSION movable', { database: 'drift' });
    await manager.sql('DROP EXTENSION chain; CREATE SCHEMA hand; CREATE EXTENSION chain SCHEMA hand', {
      database: 'drift',
    });
    await manager.control('POST', '/reload');
    await expect
      .poll(() => installedIn(manager, 'drift'), { timeout: 5_000 })
      .toEqual(['chain 1.2 public', 'movable 1.0 public']);
  });
});
