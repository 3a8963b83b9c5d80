import { expect, test } from 'vitest';
import { type PlannedUpdate, planUpdates, type UpdatePath } from '../../../src/verification/plan-updates.ts';

function available(...versions: readonly string[]) {
  return versions.map((version) => ({ version, requires: [] }));
}

/** As pg_extension_update_paths() has them: all pairs, with null where nothing leads. */
function paths(known: Readonly<Record<string, string>>, ...versions: readonly string[]): readonly UpdatePath[] {
  return versions.flatMap((source) =>
    versions
      .filter((target) => target !== source)
      .map((target) => ({ source, target, path: known[`${source} ${target}`] ?? null })),
  );
}

const brief = (planned: PlannedUpdate): string =>
  planned.kind === 'skip' ? `skip ${planned.versions.join(' ')}` : `${planned.kind} ${planned.version}`;

test('versions are tried from the oldest by their numbers, whatever the letters say', () => {
  const known = { '1.9 2.0': '1.9--2.0', '1.10 2.0': '1.10--2.0', '1.2 2.0': '1.2--1.9--2.0' };
  const planned = planUpdates('2.0', available('2.0', '1.10', '1.9', '1.2'), paths(known, '1.2', '1.9', '1.10', '2.0'));
  expect(planned.map(brief)).toEqual(['try 1.2', 'try 1.9', 'try 1.10']);
  expect(planned[0]).toMatchObject({ path: '1.2--1.9--2.0' });
});

test('versions that only update scripts know are passed over together', () => {
  const known = { '1.0 1.2': '1.0--1.1--1.2', '1.1 1.2': '1.1--1.2' };
  const planned = planUpdates('1.2', available('1.2'), paths(known, '1.0', '1.1', '1.2'));
  expect(planned.map(brief)).toEqual(['skip 1.0 1.1']);
});

test('an older version without a path is stranded, a newer one and one without a number are not', () => {
  const known = { '1.1 1.2': '1.1--1.2' };
  const planned = planUpdates(
    '1.1',
    available('1.1', '1.0', '1.2', '3', 'next'),
    paths(known, '1.0', '1.1', '1.2', '3', 'next'),
  );
  expect(planned.map(brief)).toEqual(['stranded 1.0', 'skip 1.2', 'skip 3', 'skip next']);
  expect(planned.slice(1).map((one) => (one.kind === 'skip' ? one.reason : ''))).toEqual([
    'it is newer than the default version 1.1',
    'no scripts lead from it to the default version 1.1',
    'no scripts lead from it to the default version 1.1',
  ]);
});

test('a version that only stands for loose objects is passed over, although there is a path', () => {
  const [planned] = planUpdates('1', available('1', 'unpackaged'), [
    { source: 'unpackaged', target: '1', path: 'unpackaged--1' },
  ]);
  expect(planned).toMatchObject({ kind: 'skip', versions: ['unpackaged'] });
});

test('versions that cannot be told apart by anything but a pause are in some order', () => {
  expect(planUpdates('1', available('1', '01'), [{ source: '01', target: '1', path: '01--1' }]).map(brief)).toEqual([
    'try 01',
  ]);
});
