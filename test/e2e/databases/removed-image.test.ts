import { describe, expect, test } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { namedVolume, startContainer } from '../support/container.ts';
import { extensionImage } from '../support/images.ts';
import { isApplied } from './database-status.ts';

const extensions = { pgvector: extensionImage('pgvector'), wal2json: extensionImage('wal2json') };
const both = ['pgvector', 'wal2json'];
const databases = ['app', 'my shop'];

function configuration(images: readonly string[], ensure: 'present' | 'absent' | 'undeclared'): string {
  const vector = ensure === 'undeclared' ? [] : [{ name: 'vector', ensure }];
  return JSON.stringify({
    extensions: images.map((name) => ({ name })),
    parameters: { wal_level: 'logical', output_plugin_libraries: 'pgoutput, test_decoding, wal2json' },
    databases: databases.map((name) => ({ name, extensions: vector })),
  });
}

function findingOf({ findings }: InstanceStatus, image: string): InstanceStatus['findings'][number] | undefined {
  return findings.find(({ subject }) => subject === `extension/${image}`);
}

function namesOf({ extensions: images }: InstanceStatus): readonly string[] {
  return images.map(({ name }) => name);
}

const distance = "SELECT '[1,2]'::vector <-> '[4,6]'";
const createSlot = "SELECT 1 FROM pg_create_logical_replication_slot('changes', 'wal2json')";
const peek = "SELECT count(*) >= 0 FROM pg_logical_slot_peek_changes('changes', NULL, NULL)";
const uses = /database app: DROP EXTENSION vector \(\d.*\); database "my shop": DROP EXTENSION vector \(\d.*\)\. /;

describe('images that leave the configuration while databases and a replication slot use them', () => {
  test('are held, over a restart of the container, until each is not used any more', async () => {
    await using container = await startContainer({ extensions, configuration: configuration(both, 'present') });
    for (const name of databases) await container.waitFor(isApplied(name), 60_000);
    await container.sql(createSlot, 'app');

    container.writeConfiguration(configuration([], 'undeclared'));
    const told = await container.waitFor((status) => both.every((name) => findingOf(status, name) !== undefined));
    expect(told.extensions.map(({ name, held }) => [name, held])).toEqual(both.map((name) => [name, true]));
    expect(told.restartRequired.required).toBe(false);
    expect(findingOf(told, 'pgvector')).toMatchObject({ severity: 'warning', reason: 'RemovalBlocked' });
    expect(findingOf(told, 'pgvector')?.message).toMatch(uses);
    expect(findingOf(told, 'wal2json')).toMatchObject({
      ...{ severity: 'warning', reason: 'RemovalBlocked' },
      message: expect.stringContaining('replication slot changes uses wal2json: drop the slot'),
    });

    await container.restart();
    const after = await container.waitFor((status) => both.every((name) => findingOf(status, name) !== undefined));
    expect(namesOf(after)).toEqual(both);
    expect(findingOf(after, 'pgvector')?.message).toMatch(uses);
    for (const name of databases) expect(await container.sql(distance, name)).toBe('5');
    expect(await container.sql(peek, 'app')).toBe('t');
    expect(await container.exec(['pg-instance-manager', 'reload'])).toMatchObject({ exitCode: 0 });
    expect(findingOf(await container.status(), 'pgvector')?.message).toMatch(uses);

    container.writeConfiguration(configuration([], 'absent'));
    await container.waitFor((status) => !namesOf(status).includes('pgvector'));
    for (const name of databases) {
      expect(await container.sql("SELECT count(*) FROM pg_extension WHERE extname = 'vector'", name)).toBe('0');
    }
    expect(namesOf(await container.status())).toEqual(['wal2json']);
    expect(await container.sql('SHOW dynamic_library_path')).toBe('$libdir:/extensions/wal2json/lib');

    await container.sql("SELECT pg_drop_replication_slot('changes')", 'app');
    // nothing tells the manager of a slot that is dropped; its next round would come by itself
    expect(await container.exec(['pg-instance-manager', 'reload'])).toMatchObject({ exitCode: 0 });
    const { findings } = await container.waitFor((status) => namesOf(status).length === 0);
    expect(findings).toEqual([]);
    expect(await container.sql('SHOW dynamic_library_path')).toBe('$libdir');
  });

  test('and whose volumes are gone from the next container: LibraryMissing with the list, and the rest works', async () => {
    await using volume = await namedVolume();
    const flags = ['--volume', `${volume.name}:/var/lib/postgresql`];
    {
      await using first = await startContainer({ flags, extensions, configuration: configuration(both, 'present') });
      for (const name of databases) await first.waitFor(isApplied(name), 60_000);
      await first.sql(createSlot, 'app');
      await first.stop();
    }
    await using container = await startContainer({ flags, configuration: configuration([], 'undeclared') });
    const status = await container.waitFor((one) => both.every((name) => findingOf(one, name) !== undefined), 60_000);
    expect(status).toMatchObject({ postgres: { ready: true, crashes: 0 } });
    expect(findingOf(status, 'pgvector')).toMatchObject({ severity: 'error', reason: 'LibraryMissing' });
    expect(findingOf(status, 'pgvector')?.message).toMatch(/its folder is gone, but it is still needed: /);
    expect(findingOf(status, 'pgvector')?.message).toMatch(uses);
    expect(findingOf(status, 'wal2json')).toMatchObject({
      ...{ severity: 'error', reason: 'LibraryMissing' },
      message: expect.stringContaining('replication slot changes uses wal2json: drop the slot'),
    });
    await expect(container.sql(distance, 'app')).rejects.toThrow('could not access file "vector"');
    await container.sql(['CREATE EXTENSION hstore', "SELECT 'a=>1'::hstore"], 'app');
  });
});
