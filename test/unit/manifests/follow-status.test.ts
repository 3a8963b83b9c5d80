import { describe, expect, test } from 'vitest';
import { followStatus, toImageInfo } from '../../../src/manifests/follow-status.ts';
import type { ImageInfo } from '../../../src/manifests/image-info.ts';
import { resolveCluster } from '../../../src/manifests/resolve-cluster.ts';
import { clusterOf } from '../../support/a-manifest.ts';

const a = { name: 'a', image: { reference: 'a:1' } };
const b = { name: 'b', image: { reference: 'b:1' }, ld_library_path: ['x', 'y'] };

function follow(imageName: string, extensions: readonly unknown[], status: ImageInfo | undefined) {
  const cluster = clusterOf(
    { imageName, postgresql: { extensions } },
    status === undefined ? {} : { status: { pgDataImageInfo: status } },
  );
  const resolution = followStatus(cluster, resolveCluster(cluster, []));
  if (resolution.kind === 'failed') return { reason: resolution.reason };
  return { info: toImageInfo(resolution.requested), told: resolution.surprises.map(({ message }) => message) };
}

const info = (image: string, majorVersion: number, ...extensions: (typeof a)[]): ImageInfo => ({
  image,
  majorVersion,
  extensions,
});

describe('the status of a Cluster', () => {
  test('is what the Cluster asks for, when there was none', () => {
    expect(follow('pg:18', [a, b], undefined)).toEqual({ info: info('pg:18', 18, a, b), told: [] });
  });

  test('follows every change of an extension', () => {
    const changed = { ...b, ld_library_path: ['y', 'x'] };
    expect(follow('pg:18', [changed, a], info('pg:18', 18, a, b))).toEqual({
      info: info('pg:18', 18, changed, a),
      told: [],
    });
    expect(follow('pg:18', [b], info('pg:18', 18, a, b))).toEqual({ info: info('pg:18', 18, b), told: [] });
  });

  test('does not follow a change of the order alone, which is told', () => {
    expect(follow('pg:18', [b, a], info('pg:18', 18, a, b))).toEqual({
      info: info('pg:18', 18, a, b),
      told: [expect.stringContaining('CloudNativePG ignores a change of the order alone, so it stays a, b')],
    });
  });

  test('follows another image of the same major version, with its order', () => {
    expect(follow('pg:18.2', [b, a], info('pg:18.1', 18, a, b))).toEqual({ info: info('pg:18.2', 18, b, a), told: [] });
  });

  test('stays until a major upgrade is done, which is told', () => {
    expect(follow('pg:19', [b], info('pg:18', 18, a))).toEqual({
      info: info('pg:18', 18, a),
      told: [expect.stringContaining('a major upgrade from 18 to 19')],
    });
  });

  test('never goes back to an older major version', () => {
    expect(follow('pg:15', [], info('pg:16', 16))).toEqual({
      reason: 'cannot downgrade the PostgreSQL major version from 16 to 15',
    });
  });

  test('says what there is when the catalog is not among the files, which is told', () => {
    const reference = { apiGroup: 'postgresql.cnpg.io', kind: 'ClusterImageCatalog', name: 'c', major: 18 };
    const status = { pgDataImageInfo: info('pg:18', 18, a) };
    const cluster = clusterOf({ imageCatalogRef: reference, postgresql: { extensions: [{ name: 'b' }] } }, { status });
    const resolution = followStatus(cluster, resolveCluster(cluster, []));
    expect(resolution).toMatchObject({
      kind: 'resolved',
      surprises: [{ message: expect.stringContaining('is not among the files') }],
    });
    expect(resolution.kind === 'resolved' && toImageInfo(resolution.requested)).toEqual(info('pg:18', 18, a));
  });
});
