import { expect, test } from 'vitest';
import { containerArguments } from '../../../src/container/container-arguments.ts';

const request = {
  image: 'registry/postgresql:18',
  mounts: [],
  environment: {},
  command: ['/program/node', 'verify', '/extensions/one'],
} as const;

test('a container has no network, is gone when it ends, and executes the command whatever the image has as entry point', () => {
  expect(containerArguments(request)).toEqual([
    ...['run', '--rm', '--network=none', '--tmpfs=/tmp', '--security-opt=label=disable'],
    ...['--entrypoint=/program/node', 'registry/postgresql:18', 'verify', '/extensions/one'],
  ]);
});

test('folders and images are mounted, the folders read-only as images are', () => {
  const args = containerArguments({
    ...request,
    mounts: [
      { kind: 'folder', source: '/build/one', target: '/extensions/one' },
      { kind: 'image', source: 'registry/two:1', target: '/extensions/two' },
    ],
  });
  expect(args).toContain('--mount=type=bind,source=/build/one,target=/extensions/one,readonly');
  expect(args).toContain('--mount=type=image,source=registry/two:1,target=/extensions/two');
});

test('a path with a comma or a quote stays one field', () => {
  const args = containerArguments({
    ...request,
    mounts: [{ kind: 'folder', source: '/a,b/"c"', target: '/extensions/c' }],
  });
  expect(args).toContain('--mount=type=bind,"source=/a,b/""c""",target=/extensions/c,readonly');
});

test('variables are given as they are', () => {
  expect(containerArguments({ ...request, environment: { FORCE_COLOR: '1' } })).toContain('--env=FORCE_COLOR=1');
});
