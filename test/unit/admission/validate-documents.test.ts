import { describe, expect, test } from 'vitest';
import { schemaChecker } from '../../../src/admission/check-schema.ts';
import { validateDocuments } from '../../../src/admission/validate-documents.ts';
import { renderMessage } from '../../../src/admission/validation-message.ts';
import { documentsOf, officialCatalogText } from '../../support/a-manifest.ts';

const checkSchema = schemaChecker();

function validate(...texts: readonly string[]) {
  const documents = texts.flatMap((text, index) => documentsOf(text, `${index}.yaml`));
  const { errors, warnings, ...rest } = validateDocuments(documents, checkSchema);
  return {
    errors: errors.map((error) => renderMessage('error', error)),
    warnings: warnings.map((warning) => renderMessage('warning', warning)),
    ...rest,
  };
}

function cluster(spec: string): string {
  return `apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: c}\nspec:\n  instances: 1\n  storage: {size: 1Gi}\n${spec}`;
}

const catalogRef = '  imageCatalogRef: {apiGroup: postgresql.cnpg.io, kind: ImageCatalog, name: k, major: 18}\n';

function catalog(extensions: string): string {
  return `apiVersion: postgresql.cnpg.io/v1\nkind: ImageCatalog\nmetadata: {name: k}\nspec:\n  images:\n  - {major: 18, image: "pg:18.6", extensions: ${extensions}}\n`;
}

describe('errors', () => {
  test('are none of keys without a value, which are not there to the API server', () => {
    const nothing = ['bootstrap', 'env', 'postgresql', 'resources', 'affinity'].map((key) => `  ${key}:\n`).join('');
    expect(validate(cluster(`  imageName: "pg:18"\n${nothing}`)).errors).toEqual([]);
    const list = cluster(
      '  imageName: "pg:18"\n  postgresql: {parameters: {port: }, extensions: [{name: a, image: {reference: }}, ]}\n',
    );
    expect(validate(list).errors).toEqual([expect.stringContaining('spec.postgresql.extensions[0]')]);
  });

  test('are all there at once, of the schema and of the webhook, each with file and line', () => {
    const text = cluster(
      `  imageName: "pg:latest"\n  logLevel: loud\n  postgresql:\n    extensions:\n    - name: Foo\n      image: {reference: x}\n    - name: ""\n    parameters:\n      port: "1"\n      max_connections: 100\n`,
    );
    expect(validate(text).errors).toEqual([
      '0.yaml:8: error: spec.logLevel: Unsupported value: "loud": supported values: "debug", "error", "info", "trace", "warning"',
      `0.yaml:11: error: spec.postgresql.extensions[0].name: Invalid value: "Foo": spec.postgresql.extensions[0].name in body should match '^[a-z0-9]([-a-z0-9_]*[a-z0-9])?$'`,
      '0.yaml:16: error: spec.postgresql.parameters.max_connections: Invalid value: "integer": spec.postgresql.parameters.max_connections in body must be of type string: "integer"',
      `0.yaml:7: error: spec.imageName: Invalid value: "pg:latest": Can't use 'latest' as image tag as we can't detect upgrades`,
      `0.yaml:15: error: spec.postgresql.parameters.port: Invalid value: "1": Can't set fixed configuration parameter`,
      '0.yaml:13: error: spec.postgresql.extensions[1].name: Invalid value: "": value cannot be empty',
    ]);
  });

  test('of lists with keys are told once, by the webhook where it has a say', () => {
    const text = cluster(
      `  imageName: "pg:18"\n  postgresql:\n    extensions: [{name: a, image: {reference: x}}, {name: a}]\n`,
    );
    expect(validate(text).errors).toEqual([
      '0.yaml:9: error: spec.postgresql.extensions[1].name: Duplicate value: "a"',
    ]);
  });

  test.each([
    ['{apiVersion: postgresql.cnpg.io/v1, kind: Clustr}', ['kind: Unsupported value: "Clustr"']],
    [
      '{apiVersion: postgresql.cnpg.io/v3, kind: Cluster}',
      ['apiVersion: Unsupported value: "postgresql.cnpg.io/v3": supported values: "postgresql.cnpg.io/v1"'],
    ],
    ['{kind: Cluster}', ['apiVersion: Required value']],
    ['{spec: {}}', ['apiVersion: Required value', 'kind: Required value']],
    [
      '{apiVersion: postgresql.cnpg.io/v1, kind: Database, metadata: {}, spec: {name: template1, owner: o, cluster: {name: c}}}',
      [
        'metadata.name: Required value: name or generateName is required',
        'spec.name: Invalid value: "template1": the name template1 is reserved',
      ],
    ],
    ['{extension: []}', ['extension: found the unknown key "extension"']],
  ])('%s', (text, sentences) => {
    expect(validate(text).errors).toEqual(sentences.map((sentence) => expect.stringContaining(sentence)));
  });

  test('do not show the passwords of parameters', () => {
    const { errors } = validate(
      cluster('  imageName: "pg:18"\n  postgresql: {parameters: {primary_conninfo: "host=a password=hunter2"}}\n'),
    );
    expect(errors).toEqual([expect.stringContaining("Can't set fixed configuration parameter")]);
    expect(errors.join()).not.toContain('hunter2');
  });

  test('of the webhook are not asked for where it is switched off, which is told', () => {
    const text = cluster('  imageName: "pg:latest"\n').replace(
      '{name: c}',
      '{name: c, annotations: {cnpg.io/validation: disabled}}',
    );
    expect(validate(text).errors).toEqual([]);
    expect(validate(text).warnings).toContainEqual(expect.stringContaining('validation webhook is disabled'));
  });
});

describe('warnings', () => {
  const withImages = (extensions: string) =>
    validate(
      cluster(`${catalogRef}  postgresql: {extensions: ${extensions}}\n`),
      catalog('[{name: a, image: {reference: x}}]'),
    ).warnings;

  test.each([
    [
      '[{name: a, bin_path: ["x:y"]}]',
      'spec.postgresql.extensions[0].bin_path[0]: pg-instance-manager run refuses it: found "x:y", expected a path without a colon',
    ],
    [
      '[{name: a, env: [{name: LD_PRELOAD, value: x}]}]',
      'spec.postgresql.extensions[0].env[0].name: pg-instance-manager run refuses it: found "LD_PRELOAD"',
    ],
    ['[{name: a, image: {pullPolicy: Sometimes}}]', 'image.pullPolicy: pg-instance-manager run refuses it'],
    ['[{name: a, bin_path: [lib, /lib/]}]', 'bin_path[1]: the same folder is taken once'],
    [
      '[{name: a, dynamic_library_path: [lib, /system/]}]',
      'dynamic_library_path[1]: PostgreSQL looks for extensions here',
    ],
    [
      '[{name: a, image: {reference: "ghcr.io/cloudnative-pg/pgaudit:18.0@sha256:00"}}]',
      'pgaudit has to be preloaded: add pgaudit to spec.postgresql.shared_preload_libraries',
    ],
    ['[{name: pgrouting, image: {reference: "local/pgrouting:1"}}]', 'pgrouting cannot be created without postgis'],
    [
      '[{name: a, ld_libary_path: [x]}]',
      'unknown field "spec.postgresql.extensions[0].ld_libary_path": kubectl refuses it, others drop it without a word; did you mean ld_library_path?',
    ],
    ['[{name: b}]', 'extension "b" found in the Cluster Spec but no ImageVolumeSource.Reference is defined'],
  ])('%s', (extensions, sentence) => {
    expect(withImages(extensions)).toContainEqual(expect.stringContaining(sentence));
  });

  test('a library that a parameter makes CloudNativePG preload is not missed', () => {
    const text = cluster(
      `  imageName: "pg:18"\n  postgresql: {parameters: {pgaudit.log: ddl}, extensions: [{name: pgaudit, image: {reference: "a/pgaudit:1"}}]}\n`,
    );
    expect(validate(text)).toMatchObject({ errors: [], warnings: [] });
  });

  test('an older PostgreSQL, and a catalog that is not there', () => {
    const old = cluster('  imageName: "pg:17"\n  postgresql: {extensions: [{name: a, image: {reference: x}}]}\n');
    expect(validate(old).warnings).toEqual([expect.stringContaining('it takes 18 or newer')]);
    expect(validate(cluster(catalogRef)).warnings).toEqual([
      expect.stringContaining('catalog ImageCatalog/k not found'),
    ]);
  });

  test.each([
    ['[{name: a, image: {reference: x}, bin_path: [../x]}]', 'path must not escape the extension directory'],
    ['[{name: a, image: {reference: x}, env: [{name: PGDATA, value: x}]}]', 'reserved for the operator'],
    ['[{name: a, image: {reference: x}, bin_path: ["a:b"]}]', 'expected a path without a colon'],
    ['[{name: a}]', 'has no image.reference, so each Cluster that names it has to bring one'],
  ])('of a catalog, which has no webhook: %s', (extensions, sentence) => {
    const { errors, warnings } = validate(catalog(extensions));
    expect(errors).toEqual([]);
    expect(warnings).toContainEqual(expect.stringContaining(sentence));
  });

  test('the name of an image where the name in SQL belongs', () => {
    const database = (name: string) =>
      `apiVersion: postgresql.cnpg.io/v1\nkind: Database\nmetadata: {name: d}\nspec: {name: app, owner: app, cluster: {name: c}, extensions: [{name: ${name}}]}\n`;
    const text = cluster('  imageName: "pg:18"\n');
    expect(validate(text, database('pgvector')).warnings).toEqual([
      expect.stringContaining('in SQL the extension is called vector'),
    ]);
    expect(validate(text, database('wal2json')).warnings).toEqual([
      expect.stringContaining('nothing to CREATE EXTENSION'),
    ]);
    expect(validate(text, database('vector')).warnings).toEqual([]);
  });

  test('a second Cluster, which run does not take beside the first', () => {
    expect(
      validate(cluster('  imageName: "pg:18"\n'), cluster('  imageName: "pg:18"\n').replace('name: c', 'name: d'))
        .warnings,
    ).toEqual([expect.stringContaining('it takes one Cluster')]);
  });
});

test('the official catalog is accepted without a word', () => {
  expect(validate(officialCatalogText())).toEqual({
    errors: [],
    warnings: [],
    unrelated: [],
    accepted: ['clusterimagecatalog.postgresql.cnpg.io/postgresql-minimal-trixie'],
  });
});

test('what has nothing to do with it is passed over', () => {
  expect(validate('{apiVersion: v1, kind: Service, metadata: {name: s}}')).toEqual({
    errors: [],
    warnings: [],
    unrelated: ['Service/s'],
    accepted: [],
  });
});
