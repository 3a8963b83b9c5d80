import { describe, expect, test } from 'vitest';
import { type ContainerCommand, nameOfImage, planContainer } from '../../../src/cli/container-plan.ts';
import { isImageReference } from '../../../src/cli/image-reference.ts';

const subjects = {
  config: '/etc/pg-instance-manager',
  extensionsDir: '/extensions',
  extensionControlPath: [],
  dynamicLibraryPath: [],
  ldLibraryPath: [],
};
const checking = { ...subjects, output: 'text', suggest: false } as const;
const verifying = {
  ...subjects,
  env: [],
  preload: [],
  c: new Map<string, string>(),
  with: [],
  knownFailure: [],
  timeout: 60_000,
  output: 'text',
} as const;

function plan(command: ContainerCommand, absent: readonly string[] = ['/etc/pg-instance-manager']) {
  return planContainer(command, {
    absolute: (path) => (path.startsWith('/') ? path : `/here/${path.replace(/^\.\//, '')}`),
    exists: (path) => !absent.includes(path),
  });
}

describe('inside of a container', () => {
  test('folders and images are where they are in a pod', () => {
    const names = ['./build/one', 'registry/two:1'];
    expect(plan({ kind: 'check', names, flags: checking })).toEqual({
      mounts: [
        { kind: 'folder', source: '/here/build/one', target: '/extensions/one' },
        { kind: 'image', source: 'registry/two:1', target: '/extensions/two' },
      ],
      words: [
        ...['check', '--config=/etc/pg-instance-manager', '--extensions-dir=/extensions', '--output=text'],
        ...['/extensions/one', '/extensions/two'],
      ],
    });
  });

  test('without names all that is configured is looked at, and a name is one of these', () => {
    expect(plan({ kind: 'check', names: [], flags: { ...checking, config: 'c.yaml' } }, [])).toMatchObject({
      mounts: [
        { source: '/extensions', target: '/extensions' },
        { source: '/here/c.yaml', target: '/etc/pg-instance-manager' },
      ],
    });
    expect(plan({ kind: 'check', names: ['hstore'], flags: checking })).toMatchObject({
      mounts: [{ source: '/extensions/hstore', target: '/extensions/hstore' }],
    });
  });

  test('every flag of verify says the same', () => {
    const flags = {
      ...verifying,
      env: [{ name: 'A', value: 'b c' }],
      preload: ['x'],
      c: new Map([['work_mem', '8MB']]),
      with: ['./base'],
      tests: 'test',
      user: 'postgres',
      knownFailure: ['DROP *'],
      output: 'junit',
    } as const;
    const planned = plan({ kind: 'verify', names: ['./one'], flags });
    if (typeof planned === 'string') throw new Error(planned);
    expect(planned.words).toEqual([
      ...['verify', '--config=/etc/pg-instance-manager', '--extensions-dir=/extensions', '--output=junit'],
      ...['--env=A=b c', '--preload=x', '-c', 'work_mem=8MB', '--known-failure=DROP *'],
      ...['--user=postgres', '--tests=/tests', '--timeout=60000ms'],
      ...['--with=/extensions/base', '/extensions/one'],
    ]);
    expect(planned.mounts).toContainEqual({ kind: 'folder', source: '/here/test', target: '/tests' });
  });

  test('there is no place for two of a name, and none for what is not there', () => {
    expect(plan({ kind: 'check', names: ['a/x', 'b/x'], flags: checking })).toContain('mounted at /extensions/x');
    expect(plan({ kind: 'check', names: ['./gone'], flags: checking }, ['/here/gone'])).toBe(
      'there is no folder /here/gone',
    );
  });
});

test.each([
  ['registry.example:5000/group/name:1.0', true],
  ['name@sha256:abcdef', true],
  ['local/name:18-forky', true],
  ['hstore', false],
  ['build/name', false],
  ['./a:b', false],
  ['/a:b', false],
])('%s is the reference of an image: %s', (name, is) => {
  expect(isImageReference(name)).toBe(is);
});

test('an image is mounted under the name that its extension has in the catalog', () => {
  expect(nameOfImage('ghcr.io/cloudnative-pg/postgis-extension:3.6.4-18-trixie')).toBe('postgis');
  expect(nameOfImage('registry:5000/my-extension@sha256:abc')).toBe('my-extension');
});
