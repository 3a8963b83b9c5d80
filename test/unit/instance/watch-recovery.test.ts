import { expect, test } from 'vitest';
import { recoveryWatch } from '../../../src/instance/watch-recovery.ts';
import type { PostmasterState } from '../../../src/postmaster/postmaster-state.ts';
import { exampleStates } from '../../support/a-snapshot.ts';

const without = ['postgres: io worker 0', 'postgres: checkpointer', 'postgres: app app [local] startup'];
const { recovering, stopping, accepting } = exampleStates;

type Look = readonly [atMs: number, titles: readonly string[], state?: PostmasterState, process?: 'running' | 'frozen'];

/** When it was found to be stuck. */
function stuckAt(looks: readonly Look[]): readonly number[] {
  const held: { nowMs: number; titles: readonly string[]; found: number[] } = { nowMs: 0, titles: [], found: [] };
  const look = recoveryWatch({
    clock: { now: () => held.nowMs, sleep: () => Promise.resolve() },
    childTitles: () => held.titles,
    stuck: () => held.found.push(held.nowMs),
  });
  for (const [atMs, titles, state = recovering, process = 'running'] of looks) {
    Object.assign(held, { nowMs: atMs, titles });
    look(state, process);
  }
  return held.found;
}

test('is told once, when for six seconds nothing has recovered', () => {
  const looks = [0, 3_000, 5_999, 6_000, 9_000, 20_000].map((atMs): Look => [atMs, without]);
  expect(stuckAt(looks)).toEqual([6_000]);
});

test.each(['postgres: startup', 'postgres: startup recovering 00000001', 'postgres: main: one: startup '])(
  'is not told while there is "%s"',
  (title) => {
    expect(stuckAt([0, 6_000, 9_000].map((atMs): Look => [atMs, [...without, title]]))).toEqual([]);
  },
);

test('is told from anew after something has recovered', () => {
  const looks: readonly Look[] = [
    [0, without],
    [5_000, ['postgres: startup']],
    [6_000, without],
    [11_000, without],
    [12_000, without],
  ];
  expect(stuckAt(looks)).toEqual([12_000]);
});

test('a process without a title may be the one, so nothing is told while it has none', () => {
  const forked = [...without, '/usr/lib/postgresql/18/bin/postgres'];
  expect(
    stuckAt([
      [0, forked],
      [6_000, forked],
      [6_050, without],
    ]),
  ).toEqual([6_050]);
});

test('one that is frozen or accepts is not stuck', () => {
  expect(
    stuckAt([
      [0, without, recovering, 'frozen'],
      [7_000, without, recovering, 'frozen'],
    ]),
  ).toEqual([]);
  expect(
    stuckAt([
      [0, without, accepting],
      [7_000, without, accepting],
    ]),
  ).toEqual([]);
});

test('a long shutdown is none, unless nothing had recovered before it was told to', () => {
  expect(
    stuckAt([
      [0, without, stopping],
      [60_000, without, stopping],
    ]),
  ).toEqual([]);
  expect(
    stuckAt([
      [0, without],
      [1_000, without, stopping],
      [6_000, without, stopping],
    ]),
  ).toEqual([6_000]);
});
