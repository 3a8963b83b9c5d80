import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

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

/** What would be held if all left now. */
function remembered(place: InstanceFolder): {
  readonly images: readonly string[];
  readonly preload: readonly string[];
} {
  const { images, preload } = JSON.parse(place.readData(record));
  return { images: images.map((image: { configuration: { name: string } }) => image.configuration.name), preload };
}

describe('the record of what was applied', () => {
  test('is there before PostgreSQL has the settings, for nobody else to read, and not written without need', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    const actions = manager.log().flatMap((line) => (line.msg === 'an action was carried out' ? [line['action']] : []));
    expect(actions.slice(0, 2)).toEqual(['remember-applied', 'install-settings']);
    expect(remembered(place)).toEqual({ images: ['uuid-ossp', 'hstore'], preload: [] });
    expect(statSync(join(place.dataDirectory, record)).mode & 0o777).toBe(0o600);
    await manager.stop();
    const again = await place.startReady();
    expect(again.log().filter((line) => line['action'] === 'remember-applied')).toEqual([]);
  });

  test('is not written when there is nothing to remember', async () => {
    await using place = await instanceFolder();
    await place.startReady();
    expect(() => place.readData(record)).toThrow('ENOENT');
  });

  test.each([
    ['is garbage', (file: string) => writeFileSync(file, '{')],
    ['is of a later version', (file: string) => writeFileSync(file, '{"version":2}\n')],
  ])('that %s is told once and written anew', async (_, spoil) => {
    await using place = await withBoth();
    spoil(join(place.dataDirectory, record));
    const manager = await place.startReady();
    await manager.waitForLog((line) => line['reason'] === 'AppliedImagesUnreadable' && line.level === 'warn');
    expect(remembered(place).images).toEqual(['uuid-ossp', 'hstore']);
    await manager.control('POST', '/reload');
    expect(reasonsOf(await manager.status())).not.toContain('AppliedImagesUnreadable');
  });

  test('that cannot be read nor written keeps nothing from being done, and what leaves is held as long as we live', async () => {
    await using place = await withBoth();
    mkdirSync(join(place.dataDirectory, record));
    const manager = await place.startReady();
    expect(reasonsOf(await manager.status())).toContain('AppliedImagesUnreadable');
    await manager.waitForLog((line) => line['reason'] === 'NotRemembered' && line.level === 'warn');
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    place.writeConfiguration(onlyHstore);
    await manager.control('POST', '/reload');
    expect(namesOf(await manager.status())).toEqual(['uuid-ossp', 'hstore']);
  });

  test('that somebody has tampered with brings no path into force that the configuration could not', async () => {
    await using place = await withBoth();
    const first = await place.startReady();
    await first.stop();
    const file = join(place.dataDirectory, record);
    const text = readFileSync(file, 'utf8');
    place.writeData(record, text.replaceAll('"uuid-ossp"', '"../../evil"').replace('"system"', '"../../tmp"'));
    place.writeConfiguration(onlyHstore);
    const second = await place.startReady();
    expect(namesOf(await second.status())).toEqual(['hstore']);
    expect(place.readData('pg-instance-manager.conf')).not.toContain('evil');
    await second.waitForLog((line) => line['reason'] === 'AppliedImagesUnreadable' && line.level === 'warn');
  });
});
