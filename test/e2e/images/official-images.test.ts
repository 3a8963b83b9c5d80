import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { engine, type Output } from '../support/engine-command.ts';
import { extensionImage, images } from '../support/images.ts';
import { configurationFor, type OfficialExtension, officialExtensions } from '../support/official-extensions.ts';
import { folderWithConfiguration } from './folder-with-configuration.ts';

/** A command of the program in a container with all images, as a pod has them. */
function inPod(command: readonly string[], names: readonly OfficialExtension[] = officialExtensions): Promise<Output> {
  return engine(
    [
      ...['run', '--rm', '--network=none'],
      ...['--volume', `${folderWithConfiguration(configurationFor(names))}:/etc/pg-instance-manager:ro`],
      ...officialExtensions.flatMap((name) => [
        '--mount',
        `type=image,source=${extensionImage(name)},target=/extensions/${name}`,
      ]),
      ...[images.postgres, 'pg-instance-manager', ...command],
    ],
    false,
  );
}

describe('the eight official images', () => {
  let checked: Output;
  beforeAll(async () => {
    checked = await inPod(['check', '-o', 'json']);
  });

  test('have nothing that check could complain of', () => {
    const { server, images: described } = JSON.parse(checked.stdout);
    expect(server).toMatchObject({ path: '/usr/lib/postgresql/18/bin/postgres', major: 18, libc: 'glibc' });
    expect(described.flatMap(({ findings }: { findings: readonly unknown[] }) => findings)).toEqual([]);
    expect(checked.exitCode).toBe(0);
  });

  test('are described: extensions, versions, modules, what has to be preloaded', () => {
    const described = new Map<string, Record<string, unknown>>(
      JSON.parse(checked.stdout).images.map((image: { name: string }) => [image.name, image]),
    );
    expect([...described.keys()]).toEqual([...officialExtensions]);
    expect(described.get('pgvector')).toMatchObject({
      extensions: [{ name: 'vector', requires: [], updatesFrom: expect.arrayContaining(['0.5.1', '0.8.0']) }],
      modules: [{ postgresMajor: 18, name: 'vector', isWithoutControlFile: false }],
      preload: [],
    });
    expect(described.get('pgrouting')).toMatchObject({ extensions: [{ requires: ['plpgsql', 'postgis'] }] });
    expect(described.get('timescaledb-oss')).toMatchObject({ preload: ['timescaledb'] });
    for (const name of ['wal2json', 'pg-crash']) {
      expect(described.get(name)).toMatchObject({ extensions: [], modules: [{ isWithoutControlFile: true }] });
    }
  });

  test('are suggested the entries that their metadata has', async () => {
    const folders = officialExtensions.map((name) => `/extensions/${name}`);
    const { stdout } = await inPod(['check', '--suggest', '--config', '/none', ...folders]);
    const { extensions, shared_preload_libraries: preload, parameters } = parse(stdout);
    const needs = parse(configurationFor(officialExtensions));
    const withImage = (name: string) => needs.extensions.find((one: { name: string }) => one.name === name);
    expect(extensions).toEqual(officialExtensions.map(withImage));
    expect(preload).toEqual(needs.shared_preload_libraries);
    expect(parameters).toEqual({ output_plugin_libraries: 'pgoutput, test_decoding, wal2json' });
  });

  test('do what they are mounted for, but for what is wrong in the extensions themselves', async () => {
    // They add themselves to the search_path of the database.
    const known = ['postgis/DROP EXTENSION postgis_topology', 'postgis/DROP EXTENSION postgis_tiger_geocoder'];
    const flags = [...known, '*/update from *'].map((step) => `--known-failure=${step}`);
    const { stdout, exitCode } = await inPod(['verify', '-o', 'json', ...flags]);
    const { steps, unusedKnownFailures } = JSON.parse(stdout) as {
      steps: readonly { title: string; outcome: { result: string; message?: string } }[];
      unusedKnownFailures: readonly string[];
    };
    const created = steps.filter(({ title, outcome }) => /^CREATE/.test(title) && outcome.result === 'passed');
    expect(created.length).toBeGreaterThanOrEqual(12);
    expect(steps.filter(({ outcome }) => outcome.result === 'failed')).toEqual([]);
    const updates = steps.filter(({ title, outcome }) => title.startsWith('update') && outcome.result === 'known');
    // pg_ivm forgot a GRANT in its older steps.
    for (const { outcome } of updates) expect(outcome.message).toMatch(/is not what CREATE EXTENSION makes/);
    expect(unusedKnownFailures).toEqual([]);
    expect(exitCode).toBe(0);
  }, 600_000);
});
