import { beforeAll, describe, expect, test } from 'vitest';
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
    const suggested = await inPod(['check', '--suggest', ...officialExtensions], []);
    expect(suggested.stdout).toContain(`  - name: postgis
    ld_library_path:
      - system
    env:
      - name: GDAL_DATA
        value: \${image_root}/share/gdal
      - name: PROJ_DATA
        value: \${image_root}/share/proj
`);
  });

  test('pass verify', async () => {
    const { stdout, exitCode } = await inPod(['verify', '-o', 'json']);
    const { steps } = JSON.parse(stdout);
    const failed = steps.filter((step: { outcome: { kind: string } }) => step.outcome.kind === 'failed');
    expect(failed).toEqual([]);
    expect(exitCode).toBe(0);
  });
});
