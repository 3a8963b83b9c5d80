import { describe, expect, test } from 'vitest';
import { lossWatch } from '../../../src/instance/watch-losses.ts';
import { nothingLost } from '../../../src/status/snapshot.ts';
import { exampleStates } from '../../support/a-snapshot.ts';

const place = { host: '/run', port: 5432 };
const lockFile = { pid: 42 };

function watched(...gone: readonly string[]) {
  const held = { nowMs: 0, gone: new Set(gone) };
  const clock = { now: () => held.nowMs, sleep: () => Promise.resolve() };
  return { held, look: lossWatch({ clock, dataDirectory: '/data', isGone: (path) => held.gone.has(path) }) };
}

describe('the socket of a server that accepts connections', () => {
  test('is lost when it is away for longer than an end takes, and not before', () => {
    const { held, look } = watched('/run/.s.PGSQL.5432');
    expect(look(exampleStates.accepting, lockFile, place)).toEqual(nothingLost);
    held.nowMs = 1_400;
    expect(look(exampleStates.accepting, lockFile, place)).toEqual(nothingLost);
    held.nowMs = 1_500;
    expect(look(exampleStates.accepting, lockFile, place)).toEqual({
      ...nothingLost,
      lostSocket: '/run/.s.PGSQL.5432',
    });
    held.gone.clear();
    expect(look(exampleStates.accepting, lockFile, place)).toEqual(nothingLost);
  });

  test('is nothing to lose where it listens on TCP alone', () => {
    const { held, look } = watched('localhost/.s.PGSQL.5432');
    look(exampleStates.accepting, lockFile, { host: 'localhost', port: 5432 });
    held.nowMs = 9_000;
    expect(look(exampleStates.accepting, lockFile, { host: 'localhost', port: 5432 })).toEqual(nothingLost);
  });
});

test.each(['starting', 'recovering', 'stopping', 'backoff'] as const)(
  'a server that is %s has nothing to lose but its folder',
  (kind) => {
    const { held, look } = watched('/run/.s.PGSQL.5432');
    look(exampleStates[kind], undefined, place);
    held.nowMs = 9_000;
    expect(look(exampleStates[kind], undefined, place)).toEqual(nothingLost);
  },
);

test('the lock file is lost when it names somebody else for a while', () => {
  const { held, look } = watched();
  look(exampleStates.accepting, { pid: 43 }, place);
  held.nowMs = 2_000;
  expect(look(exampleStates.accepting, { pid: 43 }, place)).toEqual({ ...nothingLost, isLockFileLost: true });
});

test.each(['accepting', 'backoff'] as const)(
  'the data folder is lost at once when it is gone or empty, also for a server that is %s',
  (kind) => {
    const { look } = watched('/data/PG_VERSION');
    expect(look(exampleStates[kind], lockFile, place)).toEqual({ ...nothingLost, lostDataFolder: '/data' });
  },
);
