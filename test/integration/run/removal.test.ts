import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { extensionImage } from '../../support/extension-kit.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { addImage } from './images.ts';
import { type InstanceFolder, type InstanceFolderOptions, instanceFolder } from './instance-folder.ts';

const record = 'pg-instance-manager.applied.json';
const uuid = '  - { name: uuid-ossp, ld_library_path: [system] }\n';
const both = `extensions:\n${uuid}  - { name: hstore }\n`;
const onlyHstore = 'extensions: [{ name: hstore }]\n';

function withBoth(): Promise<InstanceFolder> {
  return instanceFolder({ configuration: both, images: ['uuid-ossp', 'hstore'] });
}

function namesOf({ extensions }: InstanceStatus): readonly string[] {
  return extensions.map(({ name }) => name);
}

function reasonsOf({ findings }: InstanceStatus): readonly string[] {
  return findings.map(({ reason }) => reason);
}

/** The record, which says what would be held if all left now. */
function remembered(place: InstanceFolder): {
  readonly images: readonly string[];
  readonly preload: readonly string[];
} {
  const { images, preload } = JSON.parse(place.readData(record));
  return { images: images.map((image: { configuration: { name: string } }) => image.configuration.name), preload };
}

async function makesUuids(manager: RunningManager): Promise<void> {
  expect(await manager.sql('SELECT length(uuid_generate_v4()::text) AS n')).toEqual([{ n: 36 }]);
}

/** Until it is told what holds an image. */
async function blocked(manager: RunningManager, text: RegExp): Promise<InstanceStatus> {
  return manager.waitFor(({ findings }) =>
    findings.some(({ reason, message }) => reason === 'RemovalBlocked' && text.test(message)),
  );
}

describe('an image that leaves the configuration while a database uses it', () => {
  test('is held: its paths and its environment stay in force, and nothing asks for a restart', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    const before = place.readData('pg-instance-manager.conf');
    place.writeConfiguration(onlyHstore);
    expect((await manager.control('POST', '/reload')).statusCode).toBe(200);
    const after = await manager.status();
    expect(namesOf(after)).toEqual(['uuid-ossp', 'hstore']);
    expect(after.restartRequired.required).toBe(false);
    expect(place.readData('pg-instance-manager.conf')).toBe(before);
    await makesUuids(manager);
  });

  test('is named with what to drop, database by database', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE DATABASE "my shop"');
    for (const database of ['postgres', 'my shop']) await manager.sql('CREATE EXTENSION "uuid-ossp"', { database });
    place.writeConfiguration(onlyHstore);
    const { findings } = await blocked(manager, /DROP EXTENSION/);
    expect(findings).toMatchObject([{ severity: 'warning', reason: 'RemovalBlocked', subject: 'extension/uuid-ossp' }]);
    expect(findings[0]?.message).toContain('database "my shop": DROP EXTENSION "uuid-ossp" (1.1)');
    expect(findings[0]?.message).toContain('database postgres: DROP EXTENSION "uuid-ossp" (1.1)');
  });

  test('is held over a restart of the manager, with the restart of PostgreSQL', async () => {
    await using place = await withBoth();
    const first = await place.startReady();
    await first.sql('CREATE EXTENSION "uuid-ossp"');
    place.writeConfiguration(onlyHstore);
    await first.waitFor((status) => status.configuration.state === 'applied' && namesOf(status).length === 2);
    await first.stop();
    expect(remembered(place).images).toEqual(['uuid-ossp', 'hstore']);
    const second = await place.startReady();
    expect(namesOf(await second.status())).toEqual(['uuid-ossp', 'hstore']);
    await makesUuids(second);
  });

  test('that happens while the manager is down is held all the same', async () => {
    await using place = await withBoth();
    const first = await place.startReady();
    await first.sql('CREATE EXTENSION "uuid-ossp"');
    await first.stop();
    place.writeConfiguration('');
    const second = await place.startReady();
    expect(namesOf(await second.status())).toContain('uuid-ossp');
    await makesUuids(second);
  });

  test('is not held any more but configured when it is named again', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    place.writeConfiguration(onlyHstore);
    await blocked(manager, /uuid-ossp/);
    place.writeConfiguration(both);
    const { findings } = await manager.waitFor((status) => !reasonsOf(status).includes('RemovalBlocked'));
    expect(findings).toEqual([]);
    await makesUuids(manager);
  });

  test('goes at once with removal: force', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    place.writeConfiguration(`${onlyHstore}removal: force\n`);
    await manager.waitFor((status) => namesOf(status).length === 1);
    expect(remembered(place).images).toEqual(['hstore']);
    expect(await manager.sql('SHOW extension_control_path')).toEqual([
      { extension_control_path: `$system:${place.extensionsDirectory}/hstore/share` },
    ]);
  });
});

describe('an image that was held leaves by itself', () => {
  test('when the last use is gone', async () => {
    await using place = await withBoth();
    const manager = await place.startReady({ flags: ['--resync-interval', '200ms'] });
    await manager.sql('CREATE EXTENSION hstore');
    place.writeConfiguration(`extensions:\n${uuid}`);
    await blocked(manager, /DROP EXTENSION hstore/);
    await manager.sql('DROP EXTENSION hstore');
    const released = await manager.waitFor((status) => namesOf(status).join() === 'uuid-ossp');
    expect(reasonsOf(released)).not.toContain('RemovalBlocked');
    await expect.poll(() => remembered(place).images).toEqual(['uuid-ossp']);
    await manager.waitFor((status) => status.configuration.state === 'applied');
    expect(await manager.sql(`SELECT 1 FROM pg_available_extensions WHERE name = 'hstore'`)).toEqual([]);
  });

  test('when nothing used it, as soon as all databases were looked at', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    place.writeConfiguration(`extensions:\n${uuid}`);
    await manager.waitFor((status) => namesOf(status).join() === 'uuid-ossp');
    await expect.poll(() => remembered(place).images).toEqual(['uuid-ossp']);
  });

  test('after its extension when both leave in one change: DROP first, paths after', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION hstore');
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    const drops = 'databases: [{ name: postgres, extensions: [{ name: uuid-ossp, ensure: absent }] }]\n';
    place.writeConfiguration(`${onlyHstore}${drops}`);
    await manager.waitFor((status) => namesOf(status).join() === 'hstore');
    expect(await manager.sql(`SELECT 1 FROM pg_extension WHERE extname = 'uuid-ossp'`)).toEqual([]);
    expect(manager.log().filter(({ level }) => level === 'error')).toEqual([]);
    await expect.poll(() => remembered(place).images).toEqual(['hstore']);
  });

  test('but not while there is a database that could not be looked into', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE DATABASE shut ALLOW_CONNECTIONS false');
    place.writeConfiguration(onlyHstore);
    const { findings } = await blocked(manager, /not looked into yet: shut/);
    expect(findings).toMatchObject([{ severity: 'info', subject: 'extension/uuid-ossp' }]);
    await manager.sql('ALTER DATABASE shut ALLOW_CONNECTIONS true');
    expect((await manager.control('POST', '/reload')).statusCode).toBe(200);
    await manager.waitFor((status) => namesOf(status).join() === 'hstore');
  });
});

describe('an image is held also', () => {
  /** An image with nothing but a library, which is a copy of one of the server. */
  async function withLibrary(original: string, options: InstanceFolderOptions = {}): Promise<InstanceFolder> {
    const place = await instanceFolder({ configuration: 'extensions: [{ name: tool }]\n', ...options });
    const { lib } = extensionImage(place.extensionsDirectory, 'tool', {
      name: 'tool',
      control: [`default_version = '1.0'`],
      scripts: { '1.0': 'SELECT 1;\n' },
      libraries: { tool: original },
    });
    expect(lib).toContain('/tool/lib');
    return place;
  }

  test('for a function that was made by hand and needs its library', async () => {
    await using place = await withLibrary('fuzzystrmatch');
    const manager = await place.startReady({ flags: ['--resync-interval', '200ms'] });
    await manager.sql(`CREATE FUNCTION sound(text) RETURNS text AS '$libdir/tool', 'soundex' LANGUAGE C STRICT`);
    place.writeConfiguration('');
    await blocked(manager, /database postgres: function public\.sound\(text\) uses the library tool/);
    expect(await manager.sql(`SELECT sound('Anne') AS s`)).toEqual([{ s: 'A500' }]);
    await manager.sql('DROP FUNCTION sound(text)');
    await manager.waitFor((status) => namesOf(status).length === 0);
  });

  test('for a replication slot with its plugin', async () => {
    await using place = await withLibrary('pgoutput', { settings: { wal_level: 'logical' } });
    const manager = await place.startReady({ flags: ['--resync-interval', '200ms'] });
    await manager.sql(`SELECT pg_create_logical_replication_slot('feed', 'tool')`);
    place.writeConfiguration('');
    await blocked(manager, /replication slot feed uses tool: drop the slot/);
    await manager.sql(`SELECT pg_drop_replication_slot('feed')`);
    await manager.waitFor((status) => namesOf(status).length === 0);
  });

  test('for an entry of shared_preload_libraries that somebody still names, and then until the list was left', async () => {
    const preload = 'shared_preload_libraries: [pg_stat_statements]\n';
    const configuration = `extensions: [{ name: pg_stat_statements }]\n${preload}`;
    await using place = await instanceFolder({ configuration, images: ['pg_stat_statements'] });
    const manager = await place.startReady();
    place.writeConfiguration(preload);
    await blocked(manager, /shared_preload_libraries names pg_stat_statements: take it off/);
    place.writeConfiguration('');
    const { restartRequired } = await manager.waitFor((status) => status.restartRequired.required);
    expect(restartRequired.reasons).toMatchObject([{ name: 'shared_preload_libraries', desired: null }]);
    expect(remembered(place)).toEqual({ images: [], preload: [] });
  });

  test('with its entry of shared_preload_libraries, when both leave in one change and a database uses it', async () => {
    const configuration =
      'extensions: [{ name: pg_stat_statements }]\nshared_preload_libraries: [pg_stat_statements]\n';
    await using place = await instanceFolder({ configuration, images: ['pg_stat_statements'] });
    const first = await place.startReady();
    await first.sql('CREATE EXTENSION pg_stat_statements');
    place.writeConfiguration('');
    await first.waitFor((status) => status.configuration.state === 'applied');
    expect((await first.control('POST', '/restart')).statusCode).toBe(200);
    expect(await first.sql('SELECT count(*) > 0 AS counted FROM pg_stat_statements')).toEqual([{ counted: true }]);
    await first.stop();
    const second = await place.startReady();
    expect(await second.sql('SELECT count(*) > 0 AS counted FROM pg_stat_statements')).toEqual([{ counted: true }]);
    expect(remembered(place)).toEqual({ images: ['pg_stat_statements'], preload: ['pg_stat_statements'] });
  });
});

describe('an image that left and whose folder is gone', () => {
  test('is LibraryMissing, with the list of what needs it, until it is mounted again', async () => {
    await using place = await withBoth();
    const first = await place.startReady();
    await first.sql('CREATE EXTENSION hstore');
    await first.stop();
    rmSync(join(place.extensionsDirectory, 'hstore'), { recursive: true });
    place.writeConfiguration(`extensions:\n${uuid}`);
    const second = await place.startReady({ flags: ['--resync-interval', '200ms'] });
    const { findings } = await second.waitFor((status) =>
      status.findings.some(({ reason, subject }) => reason === 'LibraryMissing' && subject === 'extension/hstore'),
    );
    expect(findings.find(({ subject }) => subject === 'extension/hstore')).toMatchObject({
      severity: 'error',
      message: expect.stringContaining(
        'its folder is gone, but it is still needed: database postgres: DROP EXTENSION hstore (1.8)',
      ),
    });
    await addImage('hstore', place.extensionsDirectory);
    await second.waitFor((status) => namesOf(status).includes('hstore') && status.configuration.state === 'applied');
    expect(await second.sql(`SELECT ('a=>1'::hstore)->'a' AS a`)).toEqual([{ a: '1' }]);
  });
});
