import { describe, expect, test } from 'vitest';
import { describeProblem, parseConfiguration } from '../../../src/configuration/parse-configuration.ts';

function parsed(...documents: readonly string[]) {
  const result = parseConfiguration([{ path: 'a.yaml', text: documents.join('---\n') }]);
  const configuration = result.kind === 'valid' ? result.configuration : undefined;
  const problems = result.kind === 'invalid' ? result.problems.map(describeProblem) : [];
  return { databases: configuration?.databases ?? [], problems, warnings: result.warnings.map(describeProblem) };
}

function cluster(spec: string, namespace = 'prod'): string {
  return `apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: c, namespace: ${namespace} }\nspec: { imageName: "pg:18", ${spec} }\n`;
}

function database(namespace: string, spec: string): string {
  return `apiVersion: postgresql.cnpg.io/v1\nkind: Database\nmetadata: { name: d, ${namespace} }\nspec: { name: app, owner: app, cluster: { name: c }, ${spec} }\n`;
}

describe('a Database', () => {
  test('of another namespace is of another Cluster, whatever that is called', () => {
    const { databases, warnings } = parsed(cluster(''), database('namespace: staging', 'ensure: absent'));
    expect(databases).toMatchObject([{ name: 'app', ensure: 'present' }]);
    expect(warnings.filter((warning) => warning.includes('Database/d'))).toHaveLength(1);
  });

  test.each(['namespace: prod', ''])('with "%s" is of the Cluster beside it', (namespace) => {
    const { databases } = parsed(cluster(''), database(namespace, 'ensure: absent'));
    expect(databases).toMatchObject([{ name: 'app', ensure: 'absent' }]);
  });
});

describe('the words of a manifest', () => {
  test('mean what they mean to kubectl', () => {
    const { databases, problems } = parsed(
      database('', 'isTemplate: no, allowConnections: yes, connectionLimit: 1_000'),
    );
    expect(problems).toEqual([]);
    expect(databases).toMatchObject([
      { properties: { isTemplate: false, allowConnections: true, connectionLimit: 1000 } },
    ]);
  });

  test('mean in a configuration beside it what they mean in YAML 1.2', () => {
    const { databases, problems } = parsed(
      cluster('bootstrap: { initdb: { database: app, owner: "y" } }'),
      'databases: [{ name: no, owner: y }]\n',
    );
    expect(problems).toEqual([]);
    expect(databases.map(({ name, owner }) => [name, owner])).toEqual(
      expect.arrayContaining([
        ['app', 'y'],
        ['no', 'y'],
      ]),
    );
  });

  test('such as no keep a Cluster from being a replica, whose parameters are the fixed ones of a primary', () => {
    const postgresql = 'postgresql: { parameters: { archive_mode: "on" } }';
    expect(parsed(cluster(`replica: { enabled: no, source: other }, ${postgresql}`)).problems).toEqual([]);
  });
});

test('a parameter without a value is not there', () => {
  expect(parsed(cluster('postgresql: { parameters: { port: , work_mem: } }')).problems).toEqual([]);
});

describe('the application database', () => {
  const long = 'o'.repeat(70);

  test('with a bad owner is complained about at the owner', () => {
    const { problems } = parsed(cluster(`bootstrap: { initdb: { database: ok, owner: ${long} } }`));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^a\.yaml:\d+:\d+: spec\.bootstrap\.initdb\.owner: found a name of 70 bytes/);
  });

  test('whose name is the bad name of its owner, too, is complained about once', () => {
    const { problems } = parsed(cluster(`bootstrap: { initdb: { database: ${long} } }`));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('spec.bootstrap.initdb.database');
  });
});
