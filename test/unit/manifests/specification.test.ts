import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { schemaChecker } from '../../../src/admission/check-schema.ts';
import { validateDocuments } from '../../../src/admission/validate-documents.ts';
import { renderMessage } from '../../../src/admission/validation-message.ts';
import { parseConfiguration } from '../../../src/configuration/parse-configuration.ts';
import { toImageInfo } from '../../../src/manifests/follow-status.ts';
import { resolveCluster } from '../../../src/manifests/resolve-cluster.ts';
import {
  documentsOf,
  manifestOf,
  manifestText,
  officialCatalog,
  officialCatalogText,
} from '../../support/a-manifest.ts';

// Each YAML example of https://cloudnative-pg.io/documentation/current/imagevolume_extensions/, as it stands there. Parts of a Cluster
// get its head, and what they leave to the reader is filled in.

const checkSchema = schemaChecker();
const head = 'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: cluster-example }\n';

function example(name: string): string {
  return manifestText(`specification/${name}.yaml`);
}

/** A part of a Cluster as a whole one, with `reference` where a path of a registry is to be. */
function completed(name: string): string {
  return `${head}${example(name)}`
    .replaceAll(/reference: #.*/g, 'reference: registry/image:1')
    .replace(/image: # registry.*/, 'image: registry/postgresql:18.1')
    .replace('spec:\n', 'spec:\n  instances: 1\n  imageName: registry/postgresql:18.1\n  storage: { size: 1Gi }\n');
}

function resolved(text: string) {
  const resolution = resolveCluster(manifestOf(text), [officialCatalog()]);
  if (resolution.kind === 'failed') throw new Error(resolution.reason);
  return toImageInfo(resolution.requested);
}

function validate(text: string) {
  const { errors, warnings } = validateDocuments([...documentsOf(text), officialCatalog().document], checkSchema);
  return {
    errors: errors.map((error) => renderMessage('error', error)),
    warnings: warnings.map((one) => renderMessage('warning', one)),
  };
}

/** What `run` would have as its extensions. */
function running(...texts: readonly string[]) {
  const parsed = parseConfiguration(texts.map((text, index) => ({ path: `${index}.yaml`, text })));
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
  return parsed.configuration;
}

test('all of them are here', () => {
  const folder = new URL('../../support/manifests/specification/', import.meta.url);
  expect(readdirSync(folder).sort()).toEqual(
    [
      'cluster-direct',
      'cluster-with-catalog',
      'custom-paths',
      'database',
      'ensure-absent',
      'multi-extension-image',
      'status',
      'system-libraries',
    ].map((name) => `${name}.yaml`),
  );
});

describe('a Cluster with a catalog', () => {
  test('gets all details of pgvector from the catalog', () => {
    expect(resolved(example('cluster-with-catalog'))).toEqual({
      image: expect.stringMatching(
        /^ghcr\.io\/cloudnative-pg\/postgresql:18\.6-202608170814-minimal-trixie@sha256:eb7979e4/,
      ),
      majorVersion: 18,
      extensions: [
        {
          name: 'pgvector',
          image: { reference: expect.stringMatching(/^ghcr\.io\/cloudnative-pg\/pgvector:0\.8\.6-.*@sha256:029db2a1/) },
        },
      ],
    });
  });

  test('is refused as it stands for what it leaves out, and for nothing else', () => {
    expect(validate(example('cluster-with-catalog'))).toEqual({
      errors: [
        'a.yaml:7: error: spec.storage.size: Invalid value: "": Size not configured. Please add it, or a storage request in the pvcTemplate.',
      ],
      warnings: [],
    });
  });

  test('runs', () => {
    const { extensions, databases } = running(
      example('cluster-with-catalog'),
      officialCatalogText(),
      example('database').replace('"<VERSION>"', '"0.8.6"'),
    );
    expect(
      extensions.map(({ name, extensionControlPath, dynamicLibraryPath }) => [
        name,
        extensionControlPath,
        dynamicLibraryPath,
      ]),
    ).toEqual([['pgvector', ['share'], ['lib']]]);
    expect(databases).toMatchObject([
      { name: 'app', owner: 'app', createOwner: true, extensions: [{ name: 'vector', version: '0.8.6' }] },
    ]);
  });
});

describe('a Cluster that brings the image itself', () => {
  test('has it as it is written, and the default image of PostgreSQL', () => {
    expect(resolved(example('cluster-direct'))).toEqual({
      image: 'ghcr.io/cloudnative-pg/postgresql:18.6-system-trixie',
      majorVersion: 18,
      extensions: [{ name: 'pgvector', image: { reference: 'ghcr.io/cloudnative-pg/pgvector:<TAG>' } }],
    });
  });

  test('is told that the default image changes with the release', () => {
    expect(validate(example('cluster-direct')).warnings).toEqual([
      expect.stringContaining('spec: neither imageName nor imageCatalogRef is set'),
    ]);
  });
});

test('the Database is accepted', () => {
  expect(validate(example('database'))).toEqual({ errors: [], warnings: [] });
});

test('an extension that is to be absent, which is called by the name of its image there, is accepted', () => {
  const spec = example('ensure-absent').replace(
    'spec:\n',
    'spec:\n  name: app\n  owner: app\n  cluster: { name: cluster-example }\n',
  );
  expect(validate(`apiVersion: postgresql.cnpg.io/v1\nkind: Database\nmetadata: { name: d }\n${spec}`)).toEqual({
    errors: [],
    warnings: [],
  });
  expect(validate(example('ensure-absent')).errors).toEqual([
    'a.yaml:1: error: apiVersion: Required value',
    'a.yaml:1: error: kind: Required value',
  ]);
});

test('the status is what is resolved from it', () => {
  const status = documentsOf(completed('status'))[0];
  expect(status?.value).toMatchObject({
    status: { pgDataImageInfo: { majorVersion: 18, extensions: [{ name: 'foo' }, { name: 'bar' }] } },
  });
  expect(running(completed('status')).extensions.map(({ name, image }) => [name, image])).toEqual([
    ['foo', { reference: 'registry/image:1' }],
    ['bar', { reference: 'registry/image:1' }],
  ]);
});

describe.each([
  [
    'custom-paths',
    { name: 'my-extension', extension_control_path: ['my/share/path'], dynamic_library_path: ['my/lib/path'] },
  ],
  [
    'multi-extension-image',
    {
      name: 'geospatial',
      extension_control_path: ['postgis/share', 'pgrouting/share'],
      dynamic_library_path: ['postgis/lib', 'pgrouting/lib'],
    },
  ],
  ['system-libraries', { name: 'postgis', ld_library_path: ['system'] }],
])('%s', (name, expected) => {
  test('is resolved to what it says', () => {
    expect(resolved(completed(name)).extensions).toEqual([{ ...expected, image: { reference: 'registry/image:1' } }]);
  });

  test('is accepted', () => {
    expect(validate(completed(name))).toEqual({ errors: [], warnings: [] });
  });

  test('without the path of a registry is refused as the API server does', () => {
    const text = completed(name).replace('reference: registry/image:1', 'reference:');
    expect(validate(text).errors[0]).toContain(
      'spec.postgresql.extensions[0].image.reference: Invalid value: "": Image reference for extension',
    );
  });

  test('runs', () => {
    expect(running(completed(name)).extensions).toMatchObject([{ name: expected.name }]);
  });
});
