import { expect, test } from 'vitest';
import { hopelessStart } from '../../../src/postmaster/hopeless-start.ts';

test('data of another major version are a reason to give up, and the sentence has both versions', () => {
  const said = [
    '2026-11-23 08:58:18.657 UTC [55] FATAL:  database files are incompatible with server',
    '2026-11-23 08:58:18.657 UTC [55] DETAIL:  The data directory was initialized by PostgreSQL version 17, which is not compatible with this version 18.4.',
  ];
  expect(hopelessStart(said, '/data')).toBe(
    'PostgreSQL cannot use the data folder /data, and will not be able to: The data directory was initialized by PostgreSQL version 17, which is not compatible with this version 18.4. Run the PostgreSQL that made it, or upgrade it with pg_upgrade (https://www.postgresql.org/docs/18/pgupgrade.html).',
  );
});

test('also when nothing more is said of it', () => {
  const said = ['[55] FATAL:  database files are incompatible with server'];
  expect(hopelessStart(said, '/data')).toContain('are incompatible with the server');
});

test.each([
  'FATAL:  could not create lock file "/run/.s.PGSQL.5432.lock": No such file or directory',
  'FATAL:  "/data" is not a valid data directory',
  'ERROR:  database files are incompatible with server',
])('not so %s: the next start may work', (line) => {
  expect(hopelessStart([`[55] ${line}`], '/data')).toBeUndefined();
});

test('a PG_VERSION that is none is a reason, too', () => {
  const said = [
    '[55] FATAL:  "/data" is not a valid data directory',
    '[55] DETAIL:  File "/data/PG_VERSION" does not contain valid data.',
    '[55] HINT:  You might need to initdb.',
  ];
  expect(hopelessStart(said, '/data')).toBe(
    'PostgreSQL cannot use the data folder /data, and will not be able to: File "/data/PG_VERSION" does not contain valid data. Restore it from a backup.',
  );
});
