import { expect, test } from 'vitest';
import { libraryToPreload } from '../../../src/server/library-to-preload.ts';

test.each([
  ['pgaudit must be loaded via shared_preload_libraries', 'pgaudit', 'pgaudit'],
  ['extension "timescaledb" must be preloaded', 'timescaledb', 'timescaledb'],
  ['Citus can only be loaded via shared_preload_libraries', 'citus', 'citus'],
  ['pg_partman_bgw needs to be loaded via shared_preload_libraries', undefined, 'pg_partman_bgw'],
  ['cannot create PGC_POSTMASTER variables after startup', 'pg_crash', 'pg_crash'],
  ['relation "preload" does not exist', 'x', undefined],
  ['division by zero', 'x', undefined],
])('%s: of %s it is %s', (message, extension, library) => {
  expect(libraryToPreload(message, extension)).toBe(library);
});
