import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { renderComposeProject } from '../../../src/deployment/compose-project.ts';
import type { DeployedInstance } from '../../../src/deployment/deployed-instance.ts';

const bare: DeployedInstance = {
  name: 'db',
  namespace: undefined,
  image: { reference: 'example.org/postgresql:18', pullPolicy: undefined },
  managerImage: 'example.org/manager:1',
  imagePullSecrets: [],
  user: { uid: 26, gid: 26 },
  extensions: [],
  configuration: { 'instance.yaml': 'parameters: {}\n' },
  claim: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
  sharedMemory: undefined,
  resources: undefined,
  env: [],
  initdbArguments: '',
};

/** The project as somebody reads it who was given the YAML. */
function written(more: Partial<DeployedInstance> = {}) {
  const text = stringify(renderComposeProject({ ...bare, ...more }), { aliasDuplicateObjects: false });
  const project = parse(text);
  return { text, project, service: project.services.postgres };
}

/** What Compose makes of a text in which it finds none of its variables. */
function interpolated(text: string): string {
  expect(text.replaceAll('$$', '')).not.toContain('$');
  return text.replaceAll('$$', '$');
}

function extension(name: string, reference = `example.org/${name}:1`): DeployedInstance['extensions'][number] {
  return { name, image: { reference, pullPolicy: 'Always' } };
}

test('a project has its keys in one order, and the same text for the same instance', () => {
  const { text, project } = written({ extensions: [extension('pgvector')] });
  expect(Object.keys(project)).toEqual(['name', 'services', 'configs', 'volumes']);
  expect(project).toMatchObject({ name: 'db', volumes: { data: null } });
  expect(written({ extensions: [extension('pgvector')] }).text).toBe(text);
});

test('it has as few rights as the project to copy, but for what Compose cannot do beside inline configs', () => {
  const example = { cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], restart: 'unless-stopped' };
  const { service } = written();
  expect(service).toMatchObject({ ...example, shm_size: '256mb', stop_grace_period: '90s' });
  expect(service).not.toHaveProperty('read_only');
  expect(service).not.toHaveProperty('user');
  for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z]+_PORT:-\d+\}:\d+$/);
});

test('PostgreSQL is under the manager, which comes from its own image, and the health check asks it', () => {
  const { service } = written();
  const program = '/opt/pg-instance-manager/bin/pg-instance-manager';
  expect(service).toMatchObject({ image: 'example.org/postgresql:18', entrypoint: [program, 'run'] });
  expect(service.healthcheck.test).toEqual(['CMD', program, 'health']);
  expect(service.volumes).toEqual([
    { type: 'volume', source: 'data', target: '/var/lib/postgresql' },
    {
      type: 'image',
      source: 'example.org/manager:1',
      target: '/opt/pg-instance-manager',
      image: { subpath: 'opt/pg-instance-manager' },
    },
  ]);
});

test('the images of extensions come last, in the order of the Cluster, at the name as it is written', () => {
  const { service } = written({ extensions: [extension('pg_ivm'), extension('a-b'), extension('pgvector')] });
  expect(service.volumes.slice(2)).toEqual(
    ['pg_ivm', 'a-b', 'pgvector'].map((name) => ({
      type: 'image',
      source: `example.org/${name}:1`,
      target: `/extensions/${name}`,
    })),
  );
});

describe('the configuration', () => {
  test('is mounted file by file, and its dollars reach the manager', () => {
    const configuration = { 'instance.yaml': 'x: "${image_root}/a $$ $"\n', 'a.b.yaml': '$x\n', 'a-b.yaml': '${y}\n' };
    const { project, service } = written({ configuration });
    const found = service.configs.map(({ source, target }: { source: string; target: string }) => [
      target,
      interpolated(project.configs[source].content),
    ]);
    expect(found).toEqual(Object.entries(configuration).map(([name, t]) => [`/etc/pg-instance-manager/${name}`, t]));
  });

  test('changes the service when it changes, or `up` would leave the container as it is', () => {
    const [a, b] = ['a: 1\n', 'a: 2\n'].map((text) => written({ configuration: { 'instance.yaml': text } }).service);
    expect(a.labels).not.toEqual(b.labels);
    expect({ ...a, labels: b.labels }).toEqual(b);
  });
});

describe('the environment', () => {
  test('has a password that Compose may be given, and nothing about initdb unless there is something', () => {
    expect(written().service.environment).toEqual({
      LANG: 'C.UTF-8',
      POSTGRES_PASSWORD: '${POSTGRES_PASSWORD:-change-me}',
    });
  });

  test('has what the Cluster says after that, and a variable that stands twice has its last value', () => {
    const env = ['A', 'LANG', 'A'].map((name, index) => ({ name, value: `${index}` }));
    const { environment } = written({ env, initdbArguments: '--encoding=UTF8' }).service;
    expect(Object.entries(environment)).toEqual([
      ['LANG', '1'],
      ['POSTGRES_PASSWORD', '${POSTGRES_PASSWORD:-change-me}'],
      ['POSTGRES_INITDB_ARGS', '--encoding=UTF8'],
      ['A', '2'],
    ]);
  });

  test.each(['$', 'a$b$c', '${d}', '$(LANG)', "'$'"])('keeps %s as it is', (value) => {
    const { environment } = written({ env: [{ name: 'A', value }], initdbArguments: value }).service;
    expect(interpolated(environment.A)).toBe(value);
    expect(interpolated(environment.POSTGRES_INITDB_ARGS)).toBe(value);
  });
});

test('dollars in the names of images are meant literally, too', () => {
  const { service } = written({
    image: { reference: 'a$b', pullPolicy: undefined },
    managerImage: 'c$d',
    extensions: [extension('x', 'e$f')],
  });
  const sources = service.volumes.slice(1).map(({ source }: { source: string }) => source);
  expect([service.image, ...sources]).toEqual(['a$$b', 'c$$d', 'e$$f']);
});

test.each([
  ['Always', 'always'],
  ['Never', 'never'],
  ['IfNotPresent', 'missing'],
  [undefined, undefined],
] as const)('a pull policy of %s is %s', (pullPolicy, expected) => {
  expect(written({ image: { reference: 'a', pullPolicy } }).service.pull_policy).toBe(expected);
});

test.each([
  [undefined, '256mb'],
  ['1Gi', '1g'],
])('shared memory of %s is %s', (sharedMemory, expected) => {
  expect(written({ sharedMemory }).service.shm_size).toBe(expected);
});

test('a variable is what Kubernetes would make of it', () => {
  const env = [
    { name: 'BASE', value: '/x' },
    { name: 'REF', value: '$(BASE)/y $(MISSING) $$(BASE) $(REF) $BASE' },
  ];
  const { environment } = written({ env }).service;
  expect(interpolated(environment.REF)).toBe('/x/y $(MISSING) $(BASE) $(REF) $BASE');
});

describe('limits', () => {
  test.each([
    ['1Gi', '1g'],
    ['512Mi', '512m'],
    ['1.5Gi', '1536m'],
    ['2Ti', '2048g'],
    ['64Ki', '64k'],
    ['1G', '1000000000b'],
    ['1500M', '1500000000b'],
    ['1073741824', '1g'],
    ['1073741825', '1073741825b'],
    ['1Ei', '1073741824g'],
    ['1.5e9', '1500000000b'],
    ['.5Gi', '512m'],
    ['+1Gi', '1g'],
    ['128974848000m', '123m'],
  ])('memory %s is %s', (memory, expected) => {
    expect(written({ resources: { limits: { memory } } }).service.mem_limit).toBe(expected);
  });

  test.each([
    ['2', '2'],
    ['0.5', '0.5'],
    ['500m', '0.5'],
    ['1500m', '1.5'],
    ['500000000n', '0.5'],
    ['1E1', '10'],
    ['.5', '0.5'],
    ['1k', '1000'],
    ['1u', '0.001'],
  ])('cpu %s is %s', (cpu, expected) => {
    expect(written({ resources: { limits: { cpu } } }).service.cpus).toBe(expected);
  });

  test('of what Compose does not know, and requests, leave nothing behind', () => {
    const none = written().service;
    expect(written({ resources: { requests: { cpu: '1', memory: '1Gi' } } }).service).toEqual(none);
    const odd = { cpu: 'a', memory: '0', 'hugepages-2Mi': '1Gi' };
    expect(written({ resources: { limits: odd } }).service).toEqual(none);
    expect(none).not.toHaveProperty('mem_limit');
  });
});
