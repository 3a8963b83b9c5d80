import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeProblem, parseConfiguration } from '../../../src/configuration/parse-configuration.ts';

function databasesOf(...texts: string[]) {
  const parsed = parseConfiguration(texts.map((text, index) => ({ path: `${index + 1}.yaml`, text })));
  if (parsed.kind === 'invalid') throw new Error(parsed.problems.map(describeProblem).join('\n'));
  return parsed.configuration.databases;
}

function sentencesIn(text: string): readonly string[] {
  const parsed = parseConfiguration([{ path: '1.yaml', text }]);
  return parsed.kind === 'invalid' ? parsed.problems.map(describeProblem) : [];
}

const document = `
apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata:
  name: cluster-example-app
spec:
  name: app
  owner: app
  cluster:
    name: cluster-example
  extensions:
    - name: vector
      version: "0.8.7"
status:
  applied: true
`;

describe('databases', () => {
  test('are declared with their extensions', () => {
    const text = `
databases:
  - name: app
    owner: app
    ensure: present
    extensions:
      - { name: vector, version: "0.8.7", schema: public }
      - { name: pgrouting, cascade: true }
      - { name: postgis, update: default }
      - { name: hstore, ensure: absent }
`;
    expect(databasesOf(text)).toMatchObject([
      {
        name: 'app',
        owner: 'app',
        ensure: 'present',
        extensions: [
          { name: 'vector', ensure: 'present', version: '0.8.7', schema: 'public', update: 'manual', cascade: false },
          { name: 'pgrouting', cascade: true, version: undefined, schema: undefined },
          { name: 'postgis', update: 'default' },
          { name: 'hstore', ensure: 'absent' },
        ],
      },
    ]);
  });

  test('mean the same as a document of CloudNativePG', () => {
    const entry = 'databases: [{name: app, owner: app, extensions: [{name: vector, version: "0.8.7"}]}]';
    expect(databasesOf(document)).toEqual(databasesOf(entry));
  });

  test('come in the order of the files, whatever their format', () => {
    const names = databasesOf('databases: [{name: z}, {name: y}]', document, 'databases: [{name: b}]');
    expect(names.map(({ name }) => name)).toEqual(['z', 'y', 'app', 'b']);
  });

  test('may be postgres and template1, also in a document', () => {
    expect(databasesOf(document.replaceAll('app', 'template1'), 'databases: [{name: postgres}]')).toHaveLength(2);
  });

  test('keep any name as it is written, or it is refused with a sentence', () => {
    const names = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('";--', 'a"b', "a'b", ' a ', '\0'),
    );
    fc.assert(
      fc.property(names, names, names, (name, extension, schema) => {
        const text = JSON.stringify({ databases: [{ name, owner: name, extensions: [{ name: extension, schema }] }] });
        const parsed = parseConfiguration([{ path: 'a.json', text }]);
        if (parsed.kind === 'invalid') {
          for (const problem of parsed.problems)
            expect(describeProblem(problem)).toMatch(/^a.json:1:\d+: .+ found .+; .+$/);
          return;
        }
        const [database] = parsed.configuration.databases;
        expect(database).toMatchObject({ name, owner: name, extensions: [{ name: extension, schema }] });
        expect(Math.max(...[name, extension, schema].map((text) => Buffer.byteLength(text)))).toBeLessThan(64);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('sentences about databases', () => {
  test.each([
    [
      'databases: [{name: a, extensions: [{name: b, version: 1.10}]}]',
      'put it in quotes, a number 1.10 is the same as 1.1',
    ],
    ['databases: [{name: a, extension: []}]', 'did you mean extensions?'],
    ['databases: [{name: a, isTemplate: true}]', 'did you mean is_template?'],
    ['databases: [{name: a, allow_connections: yes}]', 'expected true or false; write true or false, without quotes'],
    ['databases: [{name: a, connection_limit: "5"}]', 'expected an integer; write digits, without quotes'],
    ['removal: keep', 'expected hold or force'],
    ['spec: {}', 'add kind: Database'],
    ['kind: Cluster', 'apiVersion is required'],
    ['kind: cluster', 'did you mean Cluster?'],
    ['kind: Postgres', 'all else is configured with the keys'],
    [document.replace('/v1', '/v2'), 'expected postgresql.cnpg.io/v1'],
    [document.replace('  owner: app\n', ''), 'owner is required'],
    [`${document}databases: []\n`, 'put it into a file of its own'],
    [document.replace('version:', 'update:'), 'declare the database under the key databases'],
    [
      document.replace('owner: app', 'owner: app\n  create_owner: true'),
      'declare the database under the key databases',
    ],
    [`${document}---\n${document}`, 'the same database is already declared at'],
  ])('%s', (text, sentence) => {
    expect(sentencesIn(text)).toEqual([expect.stringContaining(sentence)]);
  });

  test('do not tell the values of options', () => {
    const text =
      'databases: [{name: a, fdws: [{name: f, options: [{name: password, value: [hunter2]}, {name: p, value: "hunter2\\0"}]}]}]';
    expect(sentencesIn(text)).toHaveLength(2);
    expect(sentencesIn(text).join()).not.toContain('hunter2');
  });
});
