import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { officialCatalogText } from '../../support/a-manifest.ts';
import { program } from '../../support/running-manager.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder('manifests');

async function command(args: readonly string[], input = '') {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args], {
    reject: false,
    input,
    cwd: folder,
  });
  return { exitCode, stdout, stderr };
}

function cluster(name: string, postgresql = 'extensions: [{ name: pgvector }]'): string {
  return `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: ${name} }
spec:
  instances: 1
  storage: { size: 1Gi }
  imageCatalogRef: { apiGroup: postgresql.cnpg.io, kind: ClusterImageCatalog, name: postgresql-minimal-trixie, major: 18 }
  postgresql: { ${postgresql} }
`;
}

beforeAll(() => {
  mkdirSync(join(folder, 'manifests/deeper'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'manifests/catalog.yaml'), officialCatalogText());
  writeFileSync(join(folder, 'manifests/cluster.yaml'), cluster('first'));
  writeFileSync(join(folder, 'manifests/notes.txt'), 'no manifest');
  writeFileSync(join(folder, 'manifests/deeper/second.json'), JSON.stringify(parse(cluster('second'))));
  writeFileSync(join(folder, 'wrong.yaml'), cluster('wrong', 'parameters: { port: "1" }'));
  writeFileSync(join(folder, 'broken.yaml'), 'a: [\n');
});

describe('resolve', () => {
  test('reads files, folders and the standard input, as arguments and with -f, and writes YAML that it understands again', async () => {
    const { exitCode, stdout, stderr } = await command(['resolve', 'manifests']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(parse(stdout)).toMatchObject({ majorVersion: 18, extensions: [{ name: 'pgvector' }] });
    expect(await command(['resolve', '-f', 'manifests'])).toMatchObject({ stdout });
    expect(await command(['resolve', '-f', 'manifests/catalog.yaml', '-'], cluster('first'))).toMatchObject({ stdout });
    expect(await command(['resolve', '-'], stdout)).toMatchObject({ exitCode: 0, stdout });
    expect(await command(['resolve', '-', '-o', 'json'], stdout)).toMatchObject({ exitCode: 0 });
  });

  test('takes all Clusters, or the one that is named; with -R from the folders below, too', async () => {
    const all = await command(['resolve', '-R', 'manifests']);
    expect(parseAllDocuments(all.stdout)).toHaveLength(2);
    expect(await command(['resolve', '-R', 'manifests', '-o', 'name'])).toMatchObject({
      stdout: 'cluster.postgresql.cnpg.io/first\ncluster.postgresql.cnpg.io/second',
    });
    expect(await command(['resolve', '-R', 'manifests', '-o', 'name', '--cluster', 'second'])).toMatchObject({
      stdout: 'cluster.postgresql.cnpg.io/second',
    });
    expect(await command(['resolve', 'manifests', '--cluster', 'third'])).toMatchObject({
      exitCode: 1,
      stderr: 'error: there is no Cluster third in manifests',
    });
  });

  test('explains each field, in comments of the YAML and as a list in the JSON', async () => {
    const { stdout } = await command(['resolve', '--explain', 'manifests']);
    expect(stdout).toMatch(/reference: ghcr\S+ # catalog postgresql-minimal-trixie, manifests\/catalog\.yaml:41$/m);
    expect(stdout).toMatch(/name: pgvector # cluster, manifests\/cluster\.yaml:8$/m);
    expect(stdout).toMatch(/# extension_control_path: \["share"\] {3}default$/m);
    const json = await command(['resolve', '--explain', '-o', 'json', 'manifests']);
    expect(JSON.parse(json.stdout).origins).toContainEqual({
      field: 'majorVersion',
      from: 'cluster',
      document: 'Cluster/first',
      file: 'manifests/cluster.yaml',
      line: 7,
    });
  });

  test.each([
    [
      'without a Cluster',
      ['resolve', 'manifests/catalog.yaml'],
      1,
      'error: there is no Cluster in manifests/catalog.yaml',
    ],
    [
      'without its catalog',
      ['resolve', 'manifests/cluster.yaml'],
      1,
      'manifests/cluster.yaml:7: error: Cluster/first: Cluster has incomplete or invalid image catalog: catalog ClusterImageCatalog/postgresql-minimal-trixie not found',
    ],
    [
      'of a file that is not there',
      ['resolve', 'nothing.yaml'],
      2,
      'nothing.yaml: error: there is nothing of this name',
    ],
    [
      'of an empty folder',
      ['resolve', 'empty'],
      2,
      'empty: error: no file in this folder ends in .yaml, .yml or .json',
    ],
    ['of what is no YAML', ['resolve', 'broken.yaml'], 2, /^broken\.yaml:\d: error: found .+, expected .+; .+$/],
    ['of nothing', ['resolve'], 64, 'error: name files or folders with manifests, or - for the standard input.'],
    [
      'in a format that there is not',
      ['resolve', '-o', 'xml', 'manifests'],
      64,
      /Allowed choices are yaml, json, name/,
    ],
  ])('%s', async (_, args, exitCode, sentence) => {
    const result = await command(args);
    expect(result).toMatchObject({ exitCode, stdout: '' });
    if (typeof sentence === 'string') expect(result.stderr).toBe(sentence);
    else expect(result.stderr).toMatch(sentence);
  });
});

describe('validate', () => {
  test('ends with 0, 1 or 2', async () => {
    expect(await command(['validate', 'manifests'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await command(['validate', 'manifests', 'wrong.yaml'])).toMatchObject({ exitCode: 1 });
    expect(await command(['validate', 'manifests', 'wrong.yaml', 'broken.yaml'])).toMatchObject({ exitCode: 2 });
  });

  test('writes JSON for programs', async () => {
    const { stdout, exitCode } = await command(['validate', '-o', 'json', 'wrong.yaml', 'manifests/catalog.yaml']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      errors: [
        {
          file: 'wrong.yaml',
          line: 8,
          field: 'spec.postgresql.parameters.port',
          type: 'Invalid',
          value: '1',
          message: "Can't set fixed configuration parameter",
        },
      ],
      warnings: [],
    });
  });

  test('reads words as kubectl does, for which on is no text', async () => {
    const { stdout } = await command(
      ['validate', '-', 'manifests/catalog.yaml'],
      cluster('c', 'parameters: { wal_log_hints: on }'),
    );
    expect(stdout).toContain(
      'stdin:8: error: spec.postgresql.parameters.wal_log_hints: Invalid value: "boolean": spec.postgresql.parameters.wal_log_hints in body must be of type string: "boolean"',
    );
  });

  test('writes a line for each mistake, or the names of what is accepted', async () => {
    expect(await command(['validate', 'wrong.yaml', 'manifests/catalog.yaml'])).toMatchObject({
      stdout: `wrong.yaml:8: error: spec.postgresql.parameters.port: Invalid value: "1": Can't set fixed configuration parameter\nclusterimagecatalog.postgresql.cnpg.io/postgresql-minimal-trixie is accepted`,
    });
    expect(await command(['validate', '-o', 'name', 'manifests', 'wrong.yaml'])).toMatchObject({
      exitCode: 1,
      stdout: 'clusterimagecatalog.postgresql.cnpg.io/postgresql-minimal-trixie\ncluster.postgresql.cnpg.io/first',
      stderr: expect.stringContaining("Can't set fixed configuration parameter"),
    });
  });

  test('warns of a file that run does not read because of its size', async () => {
    const large = `${cluster('c')}# ${'x'.repeat(1024 * 1024)}\n`;
    const many = `${cluster('c')}---\n{ extensions: [${'{},'.repeat(40_000)}] }\n`;
    for (const [text, found] of [[large, '1.1 MiB'] as const, [many, 'more than 100000 words and signs'] as const]) {
      const { stdout } = await command(['validate', '-', 'manifests/catalog.yaml'], text);
      expect(stdout).toContain(`stdin: warning: pg-instance-manager run refuses it: found ${found}, expected `);
    }
  });

  test('takes a year of catalogs, in one file or in many', async () => {
    const year = Array.from({ length: 300 }, () => officialCatalogText());
    const { exitCode, stdout } = await command(['validate', '-o', 'json', '-'], year.join('---\n'));
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, { errors: [], warnings: [] }]);
  });
});

describe('render', () => {
  test.each([
    [
      'pod',
      'configmap/first-configuration secret/first-password persistentvolumeclaim/first-data service/first pod/first',
    ],
    ['statefulset', 'configmap/first-configuration secret/first-password service/first statefulset.apps/first'],
    ['compose', 'first'],
  ])('%s writes YAML, JSON or the names of the objects, the same each time', async (target, names) => {
    expect((await command(['render', target, '-o', 'name', 'manifests'])).stdout.split('\n').join(' ')).toBe(names);
    const [yaml, again, json] = await Promise.all([
      command(['render', target, 'manifests']),
      command(['render', target, 'manifests']),
      command(['render', target, '-o', 'json', 'manifests']),
    ]);
    expect([yaml.exitCode, yaml.stdout]).toEqual([0, again.stdout]);
    const documents = parseAllDocuments(yaml.stdout).map((document) => document.toJS());
    const parsed = JSON.parse(json.stdout);
    expect(target === 'compose' ? [parsed] : parsed.items).toEqual(documents);
  });

  test('says what it leaves out, and refuses what run would refuse', async () => {
    const several = await command(
      ['render', 'pod', '-', 'manifests/catalog.yaml'],
      cluster('c').replace('instances: 1', 'instances: 3'),
    );
    expect(several).toMatchObject({
      exitCode: 0,
      stderr: 'stdin:5: warning: spec.instances: one instance is rendered, there is no replication',
    });
    const refused = await command(
      ['render', 'pod', '-', 'manifests/catalog.yaml'],
      cluster('c', 'extensions: [{ name: pgvector, bin_path: ["a:b"] }]'),
    );
    expect(refused).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('found "a:b", expected a path without a colon'),
    });
    expect(await command(['render', 'pod', '-R', 'manifests'])).toMatchObject({
      exitCode: 1,
      stderr: 'error: there are first, second; choose one with --cluster',
    });
    expect(await command(['render', 'helm', 'manifests'])).toMatchObject({ exitCode: 64 });
  });

  test('says once what the Cluster asks for that run does not do, and what its status does not have yet', async () => {
    const status = 'status: { pgDataImageInfo: { image: "pg:18.6", majorVersion: 18 } }\n';
    const { stderr } = await command(
      ['render', 'compose', '-', 'manifests/catalog.yaml'],
      `${cluster('c', 'extensions: [{ name: pgvector }], pg_hba: ["local all all trust"]')}${status}`,
    );
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^stdin:8: warning: spec\.postgresql\.pg_hba: pg-instance-manager run leaves/),
      expect.stringMatching(
        /^stdin:9: warning: status\.pgDataImageInfo: .+; what is rendered is what the Cluster asks/,
      ),
    ]);
  });

  test.each([
    ['1abc', 'instances: 1', /metadata\.name: Invalid value: "1abc"/],
    ['c', 'env: [{ name: PGDATA, value: x }]', /env\[0\]\.name: Invalid value: "PGDATA"/],
    ['c', 'resources: { limits: { cpu: { a: b } } }', /spec\.resources\.limits\.cpu/],
  ])('refuses of the Cluster %s with %s what no pod could have', async (name, spec, sentence) => {
    const text = cluster(name).replace('instances: 1', spec);
    const result = await command(['render', 'pod', '-', 'manifests/catalog.yaml'], text);
    expect([result.exitCode, result.stdout]).toEqual([1, '']);
    expect(result.stderr).toMatch(sentence);
  });

  test('takes one of two Clusters of a name by its namespace', async () => {
    const two = ['a', 'b'].map((namespace) => cluster('c').replace('name: c }', `name: c, namespace: ${namespace} }`));
    const args = ['render', 'pod', '-o', 'json', '-', 'manifests/catalog.yaml'];
    expect(await command(args, two.join('---\n'))).toMatchObject({
      exitCode: 1,
      stderr: 'error: there are a/c, b/c; choose one with --cluster',
    });
    const { stdout } = await command([...args, '--cluster', 'b/c'], two.join('---\n'));
    expect(JSON.parse(stdout).items[0].metadata.namespace).toBe('b');
  });

  test('writes what a reader of another YAML takes for something else so that it does not', async () => {
    const entry = '{ name: "0o17", image: { reference: "r:1" }, env: [{ name: A, value: "0X1F" }] }';
    const { stdout, exitCode } = await command(
      ['render', 'compose', '-', 'manifests/catalog.yaml'],
      cluster('c', `extensions: [${entry}]`),
    );
    expect(exitCode).toBe(0);
    const { content } = parse(stdout).configs.configuration;
    expect(content).toContain('name: "0o17"');
    expect(content).toContain('value: "0X1F"');
  });
});

test.each([
  ['resolve', ['manifests'], 0],
  ['validate', ['manifests', 'wrong.yaml'], 1],
  ['render', ['pod', 'manifests'], 0],
])('%s ends as usual for a reader that has gone away', async (name, args, exitCode) => {
  const result = execa(process.execPath, [program, name, ...args], { reject: false, cwd: folder });
  result.stdout.destroy();
  expect(await result).toMatchObject({ exitCode, stderr: '' });
});

test.each(['resolve', 'validate', 'render'])('%s --help has examples', async (name) => {
  const { exitCode, stdout } = await command([name, '--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/Examples:\n {2}pg-instance-manager/);
});
