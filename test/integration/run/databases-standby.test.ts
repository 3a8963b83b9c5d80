import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { base, chain, extensionImage, movable } from '../../support/extension-kit.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { applied, databaseIn, extensionIn, installedIn, postgresErrors } from './declared.ts';
import {
  addSettings,
  type FlagOptions,
  type InstanceFolder,
  instanceFolder,
  standInForPostgres,
} from './instance-folder.ts';
import { afterLooks, blocked, imagesIn, lookOften, onlyImages } from './leaving.ts';

const images = 'extensions: [{ name: kit }]\n';

interface Pair extends AsyncDisposable {
  readonly primaryPlace: InstanceFolder;
  readonly primary: RunningManager;
  readonly place: InstanceFolder;
  readonly standby: RunningManager;
}

/** Two instances with the same image; the second follows the first, and reads its WAL as it comes. */
async function pair(
  prepare: (primary: RunningManager) => Promise<unknown> = async () => undefined,
  ofStandby: FlagOptions = lookOften,
): Promise<Pair> {
  const primaryPlace = await instanceFolder({ configuration: images });
  const place = await instanceFolder({ configuration: images });
  for (const { extensionsDirectory } of [primaryPlace, place]) {
    extensionImage(extensionsDirectory, 'kit', chain('1.2'), base, movable);
  }
  const first = await primaryPlace.startReady();
  await prepare(first);
  await first.stop();
  await follow(place, primaryPlace);
  const primary = await primaryPlace.startReady(lookOften);
  const standby = await place.startReady(ofStandby);
  const remove = async (): Promise<void> => {
    await place.remove();
    await primaryPlace.remove();
  };
  return { primaryPlace, primary, place, standby, [Symbol.asyncDispose]: remove };
}

async function follow(place: InstanceFolder, primary: InstanceFolder): Promise<void> {
  await execa('rm', ['-rf', place.dataDirectory]);
  await execa('cp', ['-a', primary.dataDirectory, dirname(place.dataDirectory)]);
  chmodSync(place.dataDirectory, 0o700);
  addSettings(place.dataDirectory, { primary_conninfo: `host=${primary.runDirectory} user=postgres` });
  place.writeData('standby.signal', '');
}

/** What PostgreSQL says to somebody who writes on a standby. */
function refusedWrites(manager: RunningManager): readonly string[] {
  return postgresErrors(manager).filter((text) => /read-only transaction|during recovery/.test(text));
}

describe('a standby', () => {
  test('writes nothing and says what waits for promotion, and does it at once when it is promoted', async () => {
    await using both = await pair(async (manager) => {
      await manager.sql('CREATE DATABASE shop');
      await manager.sql('CREATE EXTENSION base', { database: 'shop' });
      // The promotion is to be seen without a pass that was due anyway.
    }, {});
    const { place, standby } = both;
    place.writeConfiguration(`${images}databases:
  - { name: shop, extensions: [{ name: chain }, { name: base, ensure: absent }] }
  - { name: new, owner: new_owner, create_owner: true, extensions: [{ name: movable }] }
`);
    const status = await standby.waitFor(
      (seen) => extensionIn(seen, 'shop', 'chain')?.reason === 'WaitingForPromotion',
    );
    for (const [database, extension] of [
      ['shop', 'chain'],
      ['shop', 'base'],
      ['new', 'movable'],
    ] as const) {
      expect(extensionIn(status, database, extension)).toMatchObject({
        applied: null,
        reason: 'WaitingForPromotion',
        message: expect.stringContaining('waiting for promotion'),
      });
    }
    expect(databaseIn(status, 'new')).toMatchObject({ applied: null, reason: 'WaitingForPromotion' });
    expect(status.findings).toMatchObject([{ severity: 'info', reason: 'WaitingForPromotion', subject: 'postgres' }]);
    expect((await standby.get('/readyz')).statusCode).toBe(200);
    expect((await place.command('status')).stdout).toContain('waiting');
    for (let look = 0; look < 3; look += 1) await standby.control('POST', '/reload');
    expect(refusedWrites(standby)).toEqual([]);

    await standby.sql('SELECT pg_promote()');
    const promotedMs = performance.now();
    await standby.waitFor((seen) => ['shop', 'new'].every((name) => databaseIn(seen, name)?.applied === true), 5_000);
    expect(performance.now() - promotedMs).toBeLessThan(4_000);
    expect(await installedIn(standby, 'shop')).toEqual(['chain 1.2 public']);
    expect(await installedIn(standby, 'new')).toEqual(['movable 1.0 public']);
    expect((await standby.status()).findings).toEqual([]);
  });

  test('has what the primary applies as soon as it has come over, and never applies it itself', async () => {
    await using both = await pair();
    const { primaryPlace, primary, place, standby } = both;
    const declared = `${images}databases: [{ name: shop, extensions: [{ name: chain, version: "1.0" }] }]\n`;
    place.writeConfiguration(declared);
    await standby.waitFor((seen) => databaseIn(seen, 'shop')?.reason === 'WaitingForPromotion');
    primaryPlace.writeConfiguration(declared);
    await applied(primary, 'shop');
    await applied(standby, 'shop');
    expect(extensionIn(await standby.status(), 'shop', 'chain')).toMatchObject({
      applied: true,
      installedVersion: '1.0',
    });
    expect((await standby.status()).findings).toMatchObject([{ reason: 'UpdateAvailable' }]);
    expect(refusedWrites(standby)).toEqual([]);
  });

  test('holds an image that left until the primary uses it no more', async () => {
    await using both = await pair((manager) => manager.sql('CREATE EXTENSION chain'));
    const { primary, place, standby } = both;
    place.writeConfiguration('');
    await blocked(standby, /database postgres: DROP EXTENSION chain/);
    expect(imagesIn(await standby.status())).toEqual(['kit']);
    await primary.sql('DROP EXTENSION chain');
    await onlyImages(standby);
  });

  test('keeps the image when it was to be dropped with its extension in one change, until it is promoted', async () => {
    await using both = await pair((manager) => manager.sql('CREATE EXTENSION chain'));
    const { place, standby } = both;
    place.writeConfiguration('databases: [{ name: postgres, extensions: [{ name: chain, ensure: absent }] }]\n');
    await blocked(standby, /database postgres: DROP EXTENSION chain/);
    await afterLooks(standby, 2);
    expect(imagesIn(await standby.status())).toEqual(['kit']);
    expect(refusedWrites(standby)).toEqual([]);
    await standby.sql('SELECT pg_promote()');
    await onlyImages(standby);
    expect(await installedIn(standby, 'postgres')).toEqual([]);
  });
});

describe('a server in recovery without a library that its WAL needs', () => {
  test('is told with what to add, and goes on when it is there', async () => {
    await using place = await instanceFolder();
    const real = `${place.binDirectory}/postgres`;
    const lines = [
      'LOG:  starting archive recovery',
      'FATAL:  resource manager with ID 137 not registered',
      'HINT:  Include the extension module that implements this resource manager in "shared_preload_libraries".',
    ];
    const says = lines.map((line) => `echo '2026-01-01 00:00:00.000 UTC [1] ${line}' >&2`).join('; ');
    const mended = `${place.folder}/mended`;
    const manager = place.start({
      binDirectory: standInForPostgres(place, `if [ -e ${mended} ]; then exec ${real} "$@"; fi; ${says}; exit 1`),
      flags: ['--max-crashes', '99'],
    });
    const { findings } = await manager.waitFor((status) =>
      status.findings.some(({ reason }) => reason === 'WalNeedsLibrary'),
    );
    const finding = findings.find(({ reason }) => reason === 'WalNeedsLibrary');
    expect(finding).toMatchObject({ severity: 'error', subject: 'postgres' });
    expect(finding?.message).toMatch(/resource manager 137.*add the library that the primary names/);
    await execa('touch', [mended]);
    const status = await manager.waitFor((seen) => seen.postgres.ready, 20_000);
    expect(status.findings).toEqual([]);
  });
});
