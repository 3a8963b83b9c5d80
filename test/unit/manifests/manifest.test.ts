import { describe, expect, test } from 'vitest';
import { classifyDocuments, resourceName, shareNamespace } from '../../../src/manifests/manifest.ts';
import { clusterOf, documentsOf, manifestOf } from '../../support/a-manifest.ts';

const head = 'apiVersion: postgresql.cnpg.io/v1\n';

describe('a document', () => {
  test.each([
    [`${head}kind: Cluster`, 'manifest'],
    [`${head}kind: Database`, 'manifest'],
    [`${head}kind: ImageCatalog`, 'manifest'],
    [`${head}kind: ClusterImageCatalog`, 'manifest'],
    [`${head}kind: Pooler`, 'unrelated'],
    ['apiVersion: v1\nkind: Secret', 'unrelated'],
    ['apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster', 'unrelated'],
    [`${head}kind: Clustr`, 'unknown'],
    ['apiVersion: postgresql.cnpg.io/v2\nkind: Cluster', 'unknown'],
    ['kind: Cluster', 'unknown'],
    ['extensions: []', 'plain'],
    ['just a text', 'plain'],
  ])('%j is %s', (text, kind) => {
    expect(classifyDocuments(documentsOf(text)).map((one) => one.kind)).toEqual([kind]);
  });

  test('that is a List is its items, whose paths begin in themselves', () => {
    const items = `{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: a}}`;
    const [first, second] = classifyDocuments(
      documentsOf(
        `apiVersion: v1\nkind: List\nitems:\n- ${items}\n- {apiVersion: v1, kind: Pod, metadata: {name: p}}\n`,
      ),
    );
    if (first?.kind !== 'manifest') throw new Error('not a manifest');
    expect(first.manifest).toMatchObject({ kind: 'Cluster', name: 'a' });
    expect(first.manifest.document.locate(['metadata', 'name'], 'value')).toMatchObject({
      line: 4,
      path: ['metadata', 'name'],
    });
    expect(second).toMatchObject({ kind: 'unrelated', what: 'Pod/p' });
  });
});

test('a manifest is named as kubectl names it', () => {
  expect(resourceName(clusterOf({}))).toBe('cluster.postgresql.cnpg.io/cluster-example');
});

test('two documents share a namespace unless they name two', () => {
  const named = (namespace: string) =>
    manifestOf(`{apiVersion: postgresql.cnpg.io/v1, kind: Database, metadata: {name: a, namespace: ${namespace}}}`);
  expect(shareNamespace(clusterOf({}), named('x'))).toBe(true);
  expect(shareNamespace(named('x'), named('x'))).toBe(true);
  expect(shareNamespace(named('x'), named('y'))).toBe(false);
});
