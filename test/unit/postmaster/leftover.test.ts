import { describe, expect, test } from 'vitest';
import { nameProcesses, type ServerProcess, signalForOrphan, sortLeftovers } from '../../../src/postmaster/leftover.ts';

const backend: ServerProcess = {
  pid: 42,
  startTicks: 4_200,
  state: 'running',
  title: 'postgres: app app [local] SELECT',
  parentPid: 1,
  isChildOfServer: false,
};

describe('an orphan', () => {
  test('is what a dead postmaster has left, frozen or not', () => {
    const frozen: ServerProcess = { ...backend, pid: 43, state: 'frozen' };
    expect(sortLeftovers([backend, frozen])).toEqual({ orphans: [backend, frozen], living: [] });
  });

  test.each<[string, Partial<ServerProcess>]>([
    ['a child of a living postmaster', { isChildOfServer: true }],
    ['one whose parent cannot be looked at', { isChildOfServer: undefined }],
    ['one whose parent is out of sight, in another pid namespace', { parentPid: 0 }],
    ['a postmaster', { title: '/usr/lib/postgresql/18/bin/postgres' }],
    ['one that has no title yet', { title: '' }],
  ])('is not %s', (_, change) => {
    const other = { ...backend, ...change };
    expect(sortLeftovers([other])).toEqual({ orphans: [], living: [other] });
  });

  test('is asked to end, then told to, then ended', () => {
    expect([0, 1_999, 2_000, 6_999, 7_000, 600_000].map(signalForOrphan)).toEqual([
      ...['SIGTERM', 'SIGTERM', 'SIGQUIT', 'SIGQUIT', 'SIGKILL', 'SIGKILL'],
    ]);
  });
});

test('a corpse holds nothing', () => {
  expect(sortLeftovers([{ ...backend, state: 'defunct' }])).toEqual({ orphans: [], living: [] });
});

test('processes are named with what they do, not too many and not too long', () => {
  expect(nameProcesses([backend])).toBe('42 (postgres: app app [local] SELECT)');
  const many = Array.from({ length: 8 }, (_, index) => ({ ...backend, pid: index, title: 'x'.repeat(200) }));
  expect(nameProcesses(many)).toMatch(/^0 \(x{100}\), .* and 3 more$/);
});
