import { describe, expect, test } from 'vitest';
import { toImageInfo } from '../../../src/manifests/follow-status.ts';
import type { Manifest } from '../../../src/manifests/manifest.ts';
import { resolveCluster } from '../../../src/manifests/resolve-cluster.ts';
import { catalogOf, clusterOf, manifestOf, officialCatalog } from '../../support/a-manifest.ts';

const reference = { apiGroup: 'postgresql.cnpg.io', kind: 'ImageCatalog', name: 'catalog', major: 18 };

function withCatalog(extensions: unknown): Manifest {
  return clusterOf({ imageCatalogRef: reference, postgresql: { extensions } });
}

function resolved(cluster: Manifest, ...catalogs: readonly Manifest[]) {
  const resolution = resolveCluster(cluster, catalogs);
  if (resolution.kind === 'failed') throw new Error(resolution.reason);
  return { ...toImageInfo(resolution.requested), surprises: resolution.surprises.map(({ message }) => message) };
}

function reason(cluster: Manifest, ...catalogs: readonly Manifest[]): string {
  const resolution = resolveCluster(cluster, catalogs);
  return resolution.kind === 'failed' ? resolution.reason : 'it was resolved';
}

const offered = {
  name: 'postgis',
  image: { reference: 'catalog/postgis:1', pullPolicy: 'Always' },
  extension_control_path: ['c1', 'c2'],
  dynamic_library_path: ['d'],
  ld_library_path: ['system'],
  bin_path: ['bin'],
  env: [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ],
};
const catalog = catalogOf([
  { major: 17, image: 'catalog/pg:17' },
  {
    major: 18,
    image: 'catalog/pg:18.6',
    extensions: [{ name: 'bare' }, offered, { name: 'unused', image: { reference: 'u' } }],
  },
]);

describe('a Cluster with a catalog', () => {
  test('gets what it names, in its own order, whatever the order of the catalog', () => {
    const cluster = withCatalog([{ name: 'own', image: { reference: 'own:1' } }, { name: 'postgis' }]);
    expect(resolved(cluster, catalog)).toEqual({
      image: 'catalog/pg:18.6',
      majorVersion: 18,
      extensions: [{ name: 'own', image: { reference: 'own:1' } }, offered],
      surprises: [],
    });
  });

  test.each([
    ['image.reference', { image: { reference: 'mine' } }, { image: { reference: 'mine', pullPolicy: 'Always' } }],
    ['image.pullPolicy', { image: { pullPolicy: 'Never' } }, { image: { ...offered.image, pullPolicy: 'Never' } }],
    ['extension_control_path', { extension_control_path: ['x'] }, { extension_control_path: ['x'] }],
    ['dynamic_library_path', { dynamic_library_path: ['x', 'y'] }, { dynamic_library_path: ['x', 'y'] }],
    ['ld_library_path', { ld_library_path: ['x'] }, { ld_library_path: ['x'] }],
    ['bin_path', { bin_path: ['x'] }, { bin_path: ['x'] }],
    ['nothing by empty texts and null', { image: { reference: '', pullPolicy: null } }, {}],
  ])('replaces %s, the list as a whole, and leaves the rest to the catalog', (_, own, changed) => {
    const { extensions } = resolved(withCatalog([{ name: 'postgis', ...own }]), catalog);
    expect(extensions).toEqual([{ ...offered, ...changed }]);
  });

  test('replaces the variables as a whole, and is told which are lost by that', () => {
    const env = [{ name: 'B', value: '3' }];
    const { extensions, surprises } = resolved(withCatalog([{ name: 'postgis', env }]), catalog);
    expect(extensions?.[0]?.env).toEqual(env);
    expect(surprises).toEqual([expect.stringContaining('so A of the catalog is not set')]);
  });

  test('cannot clear a list, and is told so', () => {
    const { extensions, surprises } = resolved(
      withCatalog([{ name: 'postgis', ld_library_path: [], env: [] }]),
      catalog,
    );
    expect(extensions).toEqual([offered]);
    expect(surprises).toEqual([
      expect.stringContaining('it stays ["system"]'),
      expect.stringContaining('an empty list does not clear'),
    ]);
  });

  test('without extensions has no list of them, as the status has none', () => {
    expect(resolved(clusterOf({ imageCatalogRef: { ...reference, major: 17 } }), catalog)).toEqual({
      image: 'catalog/pg:17',
      majorVersion: 17,
      surprises: [],
    });
  });

  test('takes the one of two equal catalogs that is applied last, and is told so', () => {
    const later = catalogOf([{ major: 18, image: 'later:18' }]);
    const { image, surprises } = resolved(clusterOf({ imageCatalogRef: reference }), catalog, catalog, later);
    expect([image, surprises]).toEqual([
      'later:18',
      ['ImageCatalog/catalog is there 3 times, and this last one counts'],
    ]);
  });

  test('resolves against the official catalog', () => {
    const official = { ...reference, kind: 'ClusterImageCatalog', name: 'postgresql-minimal-trixie' };
    const cluster = clusterOf({ imageCatalogRef: official, postgresql: { extensions: [{ name: 'postgis' }] } });
    expect(resolved(cluster, officialCatalog())).toMatchObject({
      image: expect.stringContaining('postgresql:18.6-202608170814-minimal-trixie@sha256:eb79'),
      extensions: [
        { name: 'postgis', ld_library_path: ['system'], env: [{ name: 'GDAL_DATA' }, { name: 'PROJ_DATA' }] },
      ],
    });
  });
});

describe('a Cluster without a catalog', () => {
  test('is taken as it is written', () => {
    const extensions = [
      { name: 'a', image: { reference: 'a:1' }, bin_path: ['bin'] },
      { name: 'b', image: { reference: 'b' } },
    ];
    expect(resolved(clusterOf({ imageName: 'pg:18.1', postgresql: { extensions } }))).toEqual({
      image: 'pg:18.1',
      majorVersion: 18,
      extensions,
      surprises: [],
    });
  });

  test('and without an image gets the default one, and is told that it changes with the release', () => {
    const { image, majorVersion, surprises } = resolved(clusterOf({}));
    expect([image, majorVersion]).toEqual(['ghcr.io/cloudnative-pg/postgresql:18.6-system-trixie', 18]);
    expect(surprises).toEqual([expect.stringContaining('set imageName')]);
  });
});

describe('what cannot be resolved is refused in the words of CloudNativePG', () => {
  test.each([
    [
      withCatalog([{ name: 'x' }]),
      'cannot retrieve extensions for image catalog/pg:18.6: extension "x" found in the Cluster Spec but no ImageVolumeSource.Reference is defined',
    ],
    [
      withCatalog([{ name: 'bare' }]),
      'cannot retrieve extensions for image catalog/pg:18.6: extension "bare" found in image catalog ImageCatalog/catalog but no ImageVolumeSource.Reference is defined in both the image catalog and the Cluster Spec',
    ],
    [
      clusterOf({ imageName: 'pg:18', postgresql: { extensions: [{ name: 'x' }] } }),
      'extension "x" requires ImageVolumeSource.Reference when not using image catalog',
    ],
    [
      clusterOf({ imageName: 'pg:latest' }),
      'cannot parse version from image pg:latest: version not starting with a semantic version regex (^(\\d\\.?)+): latest',
    ],
    [
      clusterOf({ imageCatalogRef: { ...reference, major: 16 } }),
      'selected major version is not available in the catalog',
    ],
    [clusterOf({ imageCatalogRef: { ...reference, name: 'other' } }), 'catalog ImageCatalog/other not found'],
    [
      clusterOf({ imageCatalogRef: { ...reference, kind: 'ClusterImageCatalog' } }),
      'catalog ClusterImageCatalog/catalog not found',
    ],
    [clusterOf({ imageCatalogRef: { ...reference, kind: 'ConfigMap' } }), 'invalid image catalog type: ConfigMap'],
    [clusterOf({ imageCatalogRef: { ...reference, apiGroup: 'example.com' } }), 'invalid image catalog group'],
  ])('%#: %s', (cluster, sentence) => {
    expect(reason(cluster, catalog)).toBe(sentence);
  });

  test('a catalog of another namespace is not found, one of the whole cluster is', () => {
    const cluster = (kind: string) =>
      manifestOf(
        JSON.stringify({
          ...{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'c', namespace: 'here' } },
          spec: { imageCatalogRef: { ...reference, kind } },
        }),
      );
    const elsewhere = (kind: string) =>
      manifestOf(
        JSON.stringify({
          ...{ apiVersion: 'postgresql.cnpg.io/v1', kind, metadata: { name: 'catalog', namespace: 'there' } },
          spec: { images: [{ major: 18, image: 'pg:18' }] },
        }),
      );
    expect(reason(cluster('ImageCatalog'), elsewhere('ImageCatalog'))).toBe('catalog ImageCatalog/catalog not found');
    expect(resolved(cluster('ClusterImageCatalog'), elsewhere('ClusterImageCatalog')).image).toBe('pg:18');
  });
});
