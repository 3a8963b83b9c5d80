import { expect, test } from 'vitest';
import { type RemovalFacts, removalFinding } from '../../../src/databases/removal-finding.ts';

function finding(changes: Partial<RemovalFacts>) {
  return removalFinding({
    image: 'pgvector',
    state: 'held',
    inDatabases: [],
    elsewhere: [],
    notLookedAt: [],
    ...changes,
  });
}

test('says nothing of an image that is free', () => {
  expect(finding({})).toBeUndefined();
  expect(finding({ state: 'gone' })).toBeUndefined();
});

test('lists what holds an image, database by database and besides, and the two ways out', () => {
  expect(
    finding({
      inDatabases: [
        'database app: DROP EXTENSION vector (0.8.7)',
        'database shop: function public.f() uses the library vector',
      ],
      elsewhere: ['replication slot s uses wal2json: drop the slot'],
    }),
  ).toEqual({
    severity: 'warning',
    reason: 'RemovalBlocked',
    subject: 'extension/pgvector',
    message:
      'The image pgvector left the configuration but is still needed, so its paths stay: database app: DROP EXTENSION vector (0.8.7); database shop: function public.f() uses the library vector; replication slot s uses wal2json: drop the slot. It leaves by itself when the last use is gone; removal: force insists.',
  });
});

test('says of an image that is gone what needs it, and that it fails', () => {
  expect(finding({ state: 'gone', inDatabases: ['database app: DROP EXTENSION vector (0.8.7)'] })).toEqual({
    severity: 'error',
    reason: 'LibraryMissing',
    subject: 'extension/pgvector',
    message:
      'The image pgvector left the configuration and its folder is gone, but it is still needed: database app: DROP EXTENSION vector (0.8.7). Mount it again, or do what is listed; so long, whatever uses it fails.',
  });
});

test('says which databases were not seen yet, for what reason', () => {
  const notLookedAt = [
    { database: 'my shop', why: 'it accepts no connections.' },
    { database: 'b', why: 'it was not reached yet' },
  ];
  expect(finding({ notLookedAt })).toMatchObject({ severity: 'info', reason: 'RemovalBlocked' });
  expect(finding({ notLookedAt })?.message).toBe(
    'The image pgvector left the configuration, and its paths stay until it is known that no database needs it; not looked into yet: "my shop" (it accepts no connections), b (it was not reached yet). It leaves by itself then; removal: force insists.',
  );
  expect(finding({ notLookedAt, inDatabases: ['database app: x'] })?.message).toMatch(
    /removal: force insists\. Moreover, not looked into yet: "my shop"/,
  );
});

test('shortens lists that nobody would read', () => {
  const many = Array.from({ length: 57 }, (_, index) => index);
  const { message = '' } =
    finding({
      inDatabases: many.map((index) => `database d${index}: DROP EXTENSION vector (1.0)`),
      elsewhere: many.map((index) => `replication slot s${index} uses vector: drop the slot`),
      notLookedAt: many.map((index) => ({ database: `u${index}`, why: 'x' })),
    }) ?? {};
  expect(message).toContain('database d19:');
  expect(message).not.toContain('database d20:');
  expect(message).toContain('and 37 more databases; replication slot s0');
  expect(message).toContain('and 37 more slots and settings.');
  expect(message).toContain('and 52 more databases.');
});
