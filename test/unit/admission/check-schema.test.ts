import { expect, test } from 'vitest';
import { checkRules } from '../../../src/admission/check-rules.ts';
import { schemaChecker } from '../../../src/admission/check-schema.ts';
import { crdSchema } from '../../../src/admission/crd-schema.ts';
import { renderField, renderFieldError } from '../../../src/admission/field-error.ts';
import type { ManifestKind } from '../../../src/manifests/manifest.ts';

const check = schemaChecker();
const head = { apiVersion: 'postgresql.cnpg.io/v1', metadata: { name: 'a' } };

function refusals(kind: ManifestKind, spec: unknown): readonly string[] {
  const value = { ...head, kind, spec };
  return [...check(kind, value), ...checkRules(crdSchema(kind), value).errors].map(renderFieldError);
}

const database = { name: 'a', owner: 'o', cluster: { name: 'c' } };

test.each<readonly [ManifestKind, unknown, readonly string[]]>([
  ['Cluster', {}, []],
  ['Cluster', undefined, ['spec: Required value']],
  [
    'Cluster',
    { instances: '3' },
    ['spec.instances: Invalid value: "string": spec.instances in body must be of type integer: "string"'],
  ],
  [
    'Cluster',
    { instances: 0 },
    ['spec.instances: Invalid value: 0: spec.instances in body should be greater than or equal to 1'],
  ],
  [
    'Cluster',
    { postgresql: { extensions: null } },
    [
      'spec.postgresql.extensions: Invalid value: "null": spec.postgresql.extensions in body must be of type array: "null"',
    ],
  ],
  ['Cluster', { postgresql: { extensions: [{}] } }, ['spec.postgresql.extensions[0].name: Required value']],
  [
    'Cluster',
    { postgresql: { extensions: [{ name: 'x'.repeat(60) }] } },
    [`spec.postgresql.extensions[0].name: Invalid value: "${'x'.repeat(60)}": may not be more than 59 bytes`],
  ],
  [
    'Cluster',
    { postgresql: { extensions: [{ name: 'a' }, { name: 'a' }] } },
    ['spec.postgresql.extensions[1]: Duplicate value: {"name":"a"}'],
  ],
  [
    'Cluster',
    { postgresql: { extensions: [{ name: 'a', env: [{ name: 'A' }] }] } },
    ['spec.postgresql.extensions[0].env[0].value: Required value'],
  ],
  [
    'Cluster',
    { imageName: 'a', imageCatalogRef: { apiGroup: 'postgresql.cnpg.io', kind: 'ImageCatalog', name: 'a', major: 18 } },
    ['spec: Invalid value: "object": imageName and imageCatalogRef are mutually exclusive'],
  ],
  [
    'Cluster',
    { imageCatalogRef: { apiGroup: 'postgresql.cnpg.io', kind: 'ConfigMap', name: 'a', major: 18 } },
    ['spec.imageCatalogRef: Invalid value: "object": Only image catalogs are supported'],
  ],
  [
    'Cluster',
    { bootstrap: { initdb: { icuLocale: 'de', localeProvider: 'libc' } } },
    ['spec.bootstrap.initdb: Invalid value: "object": icuLocale is only available when localeProvider is set to `icu`'],
  ],
  ['Cluster', { resources: { requests: { cpu: 1, memory: '1Gi' } } }, []],
  ['ImageCatalog', { images: [] }, ['spec.images: Invalid value: 0: spec.images in body should have at least 1 items']],
  [
    'ImageCatalog',
    { images: Array.from({ length: 9 }, (_, index) => ({ major: 10 + index, image: 'a' })) },
    ['spec.images: Invalid value: 9: must have at most 8 items'],
  ],
  [
    'ClusterImageCatalog',
    { images: [{ major: 9, image: 'a' }] },
    ['spec.images[0].major: Invalid value: 9: spec.images[0].major in body should be greater than or equal to 10'],
  ],
  [
    'ImageCatalog',
    {
      images: [
        { major: 18, image: 'a' },
        { major: 18, image: 'b' },
      ],
    },
    ['spec.images: Invalid value: "array": Images must have unique major versions'],
  ],
  ['Database', database, []],
  ['Database', { ...database, owner: undefined }, ['spec.owner: Required value']],
  [
    'Database',
    { ...database, ensure: 'maybe' },
    ['spec.ensure: Unsupported value: "maybe": supported values: "absent", "present"'],
  ],
  [
    'Database',
    { ...database, name: 'postgres' },
    ['spec.name: Invalid value: "postgres": the name postgres is reserved'],
  ],
  [
    'Database',
    { ...database, servers: [{ name: 's', fdw: '' }] },
    ['spec.servers[0].fdw: Invalid value: "": fdw is required'],
  ],
])('%s: %j', (kind, spec, expected) => {
  expect(refusals(kind, spec)).toEqual(expected);
});

test('fields that do not exist are found, wherever the schema is closed', () => {
  const value = {
    ...head,
    kind: 'Cluster',
    extra: 1,
    spec: { instances: 1, imagName: 'x', postgresql: { parameters: { anything: 'x' } } },
    status: { anything: 1 },
  };
  const { unknown } = checkRules(crdSchema('Cluster'), value);
  expect(unknown.map(({ path }) => renderField(path))).toEqual(['extra', 'spec.imagName']);
});
