import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { schemaChecker } from '../../../src/admission/check-schema.ts';
import { renderField } from '../../../src/admission/field-error.ts';
import { validateDocuments } from '../../../src/admission/validate-documents.ts';
import { assembleConfiguration } from '../../../src/configuration/assemble-configuration.ts';
import { configurationValue } from '../../../src/configuration/configuration-value.ts';
import { checkDocuments, parseConfiguration } from '../../../src/configuration/parse-configuration.ts';
import { readDocuments } from '../../../src/documents/source-document.ts';
import { followStatus, imageInfoAt, toImageInfo } from '../../../src/manifests/follow-status.ts';
import type { Manifest } from '../../../src/manifests/manifest.ts';
import { resolveCluster } from '../../../src/manifests/resolve-cluster.ts';
import { catalogOf, clusterOf, documentsOf } from '../../support/a-manifest.ts';

const checkSchema = schemaChecker();
const runs = { numRuns: 1_000 };

const paths = fc.array(
  fc.constantFrom('lib', '/lib/', 'share', 'system', 'a/b', '..', '../x', 'a:b', '', '.', 'x;y', 'x\ty'),
  { maxLength: 3 },
);
const env = fc.array(
  fc.record({
    name: fc.constantFrom('A', 'B', 'PGDATA', 'PATH', 'LD_PRELOAD', 'tmpdir', '9', ''),
    value: fc.constantFrom('x', '${image_root}/x', '${y}', '$${y}', '', 'on', 'NO', '1', 'null', '1:30', '0640'),
  }),
  { maxLength: 3 },
);
const optional = { requiredKeys: ['name'] } satisfies { requiredKeys: ['name'] };

/** An entry of a list of extensions; most are fine, some are not. */
const extension = fc.record(
  {
    name: fc.constantFrom('a', 'b', 'c', 'pg_x', 'pg-x', 'pgaudit', 'A', ''),
    image: fc.record(
      { reference: fc.constantFrom('r:1', 'r:2', ''), pullPolicy: fc.constantFrom('Always', 'Never', 'Sometimes', '') },
      { requiredKeys: [] },
    ),
    extension_control_path: paths,
    dynamic_library_path: paths,
    ld_library_path: paths,
    bin_path: paths,
    env,
  },
  optional,
);
const extensions = fc.array(extension, { maxLength: 4 });
const good = fc.uniqueArray(
  fc.record(
    {
      name: fc.constantFrom('a', 'b', 'c', 'd_e'),
      image: fc.record({ reference: fc.constantFrom('r:1', 'r:2') }),
      ld_library_path: fc.uniqueArray(fc.constantFrom('system', 'a/b'), { maxLength: 2 }),
      extension_control_path: fc.uniqueArray(fc.constantFrom('share', 'x/share'), { maxLength: 2 }),
      env: fc.uniqueArray(
        fc.record({ name: fc.constantFrom('A', 'B'), value: fc.constantFrom('x', '${image_root}', 'on', 'n', '1e3') }),
        { selector: ({ name }) => name },
      ),
    },
    { requiredKeys: ['name', 'image'] },
  ),
  { selector: ({ name }) => name },
);
const parameters = fc.dictionary(
  fc.constantFrom('work_mem', 'port', 'PORT', 'pgaudit.log', 'bad name', 'config_file', 'include', 'WORK_MEM'),
  fc.constantFrom<unknown>('8MB', '1', 5, true, ''),
);
const reference = { apiGroup: 'postgresql.cnpg.io', kind: 'ImageCatalog', name: 'catalog', major: 18 };

/** A Cluster with a catalog or without, and what it is resolved to. */
const cases = fc.record({ own: extensions, offered: extensions, hasCatalog: fc.boolean(), parameters });

function manifestsOf(one: { own: unknown; offered: unknown; hasCatalog: boolean; parameters?: unknown }): {
  cluster: Manifest;
  catalog: Manifest;
} {
  const from = one.hasCatalog ? { imageCatalogRef: reference } : { imageName: 'pg:18.1' };
  return {
    cluster: clusterOf({
      ...from,
      instances: 1,
      storage: { size: '1Gi' },
      postgresql: { extensions: one.own, ...(one.parameters !== undefined && { parameters: one.parameters }) },
    }),
    catalog: catalogOf([{ major: 18, image: 'pg:18.2', extensions: one.offered }]),
  };
}

describe('resolve', () => {
  test('of what it has written is the same again, by itself and as the status of the Cluster', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { cluster, catalog } = manifestsOf(one);
        const resolution = resolveCluster(cluster, [catalog]);
        if (resolution.kind === 'failed') return;
        const info = toImageInfo(resolution.requested);
        const again = imageInfoAt(
          readDocuments('a.yaml', stringify(info, { version: '1.1' }), { most: 10_000, dialect: 'kubernetes' })[0]
            ?.document ?? expect.unreachable(),
          [],
        );
        expect(again === undefined ? undefined : toImageInfo(again)).toEqual(info);
        const held = clusterOf(parse(stringify(cluster.document.value)).spec, { status: { pgDataImageInfo: info } });
        const followed = followStatus(held, resolveCluster(held, [catalog]));
        expect(followed.kind === 'resolved' && toImageInfo(followed.requested)).toEqual(info);
      }),
      runs,
    );
  });
});

describe('validate', () => {
  test('has an error or a warning for whatever run refuses, at the same place', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { cluster, catalog } = manifestsOf(one);
        const documents = [cluster.document, catalog.document];
        const { problems } = checkDocuments(documents);
        const { errors, warnings } = validateDocuments(documents, checkSchema);
        const said = new Set([...errors, ...warnings].map(({ file, line, field }) => `${file}:${line} ${field}`));
        for (const { place } of problems)
          expect(said).toContain(`${place.file}:${place.line} ${renderField(place.path)}`);
      }),
      runs,
    );
  });

  test('never stumbles, whatever a document has where', () => {
    const anything = fc.anything({
      maxDepth: 4,
      withNullPrototype: true,
      key: fc.constantFrom(
        'spec',
        'postgresql',
        'extensions',
        'name',
        'env',
        'images',
        'image',
        'bootstrap',
        'initdb',
        'tablespaces',
        'managed',
        'roles',
        'affinity',
        'tolerations',
        'resources',
        'requests',
        'metadata',
        'annotations',
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom('Cluster', 'Database', 'ImageCatalog'),
        anything,
        anything,
        (kind, spec, metadata) => {
          const value = JSON.parse(
            JSON.stringify({ apiVersion: 'postgresql.cnpg.io/v1', kind, metadata, spec }, (_, item: unknown) =>
              typeof item === 'bigint' ? String(item) : item,
            ),
          );
          expect(() => validateDocuments(documentsOf(stringify(value)), checkSchema)).not.toThrow();
        },
      ),
      runs,
    );
  });
});

describe('render', () => {
  test('writes a configuration in which run sees what was resolved', () => {
    fc.assert(
      fc.property(fc.record({ own: good, offered: good, hasCatalog: fc.boolean() }), (one) => {
        const { cluster, catalog } = manifestsOf(one);
        const resolution = resolveCluster(cluster, [catalog]);
        if (resolution.kind === 'failed') expect.unreachable(resolution.reason);
        const checked = checkDocuments([cluster.document, catalog.document]);
        expect(checked.problems).toEqual([]);
        const configuration = assembleConfiguration(checked.contents, checked.application);
        const written = stringify(configurationValue(configuration));
        const read = parseConfiguration([{ path: 'instance.yaml', text: written }]);
        expect(read).toMatchObject({ kind: 'valid', configuration });
        const info = toImageInfo(resolution.requested);
        const shown = parse(written)?.extensions ?? [];
        expect(shown).toEqual(info.extensions ?? []);
      }),
      runs,
    );
  });
});
