import { describe, expect, test } from 'vitest';
import { toImageInfo } from '../../../src/manifests/follow-status.ts';
import { resolveForPods } from '../../../src/manifests/resolve-for-pods.ts';
import { catalogOf, clusterOf } from '../../support/a-manifest.ts';

const vector = { name: 'vector', image: { reference: 'registry/vector:1' } };
const resolved = { image: 'registry/postgresql:18.4', majorVersion: 18, extensions: [vector] };

describe('what a pod is given', () => {
  test('is what the status says, and a Cluster that asks for something else is told of it', () => {
    const spec = { imageName: 'registry/postgresql:18.4', postgresql: { extensions: [{ ...vector, env: [] }] } };
    const status = { pgDataImageInfo: { ...resolved, image: 'registry/postgresql:18.3' } };
    const resolution = resolveForPods(clusterOf(spec, { status }), []);
    expect(resolution.kind === 'resolved' && toImageInfo(resolution.requested)).toEqual(status.pgDataImageInfo);
    expect(resolution.surprises).toMatchObject([{ path: ['status', 'pgDataImageInfo'] }]);
  });

  test('is no surprise where the Cluster asks for the same', () => {
    const spec = { imageName: 'registry/postgresql:18.4', postgresql: { extensions: [vector] } };
    expect(resolveForPods(clusterOf(spec, { status: { pgDataImageInfo: resolved } }), []).surprises).toEqual([]);
  });

  test('keeps its order, and a Cluster with another one is told why', () => {
    const other = { name: 'other', image: { reference: 'registry/other:1' } };
    const spec = { imageName: 'registry/postgresql:18.4', postgresql: { extensions: [other, vector] } };
    const status = { pgDataImageInfo: { ...resolved, extensions: [vector, other] } };
    const { surprises } = resolveForPods(clusterOf(spec, { status }), []);
    expect(surprises).toMatchObject([{ path: ['spec', 'postgresql', 'extensions'] }]);
  });

  test('is no surprise where it cannot be found out what the Cluster asks for', () => {
    const reference = { apiGroup: 'postgresql.cnpg.io', kind: 'ImageCatalog', name: 'elsewhere', major: 18 };
    const cluster = clusterOf({ imageCatalogRef: reference }, { status: { pgDataImageInfo: resolved } });
    expect(resolveForPods(cluster, [])).toMatchObject({ kind: 'resolved', surprises: [] });
  });

  test('is what the Cluster asks for as long as it has no status', () => {
    const reference = { apiGroup: 'postgresql.cnpg.io', kind: 'ImageCatalog', name: 'catalog', major: 18 };
    const catalog = catalogOf([{ major: 18, image: 'registry/postgresql:18.4', extensions: [vector] }]);
    const cluster = clusterOf({ imageCatalogRef: reference, postgresql: { extensions: [{ name: 'vector' }] } });
    const resolution = resolveForPods(cluster, [catalog]);
    expect(resolution.kind === 'resolved' && toImageInfo(resolution.requested)).toEqual(resolved);
  });
});
