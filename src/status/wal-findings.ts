import type { Finding } from '../lib/finding.ts';

/**
 * A server that cannot replay its WAL, by its FATAL lines: extensions can write records of their own, and whoever
 * replays them needs their library from the start: https://www.postgresql.org/docs/18/custom-rmgr.html
 */
export function walFindings(lastWords: readonly string[]): readonly Finding[] {
  const all = lastWords.flatMap((line) => /resource manager with ID (\d+) not registered/.exec(line)?.[1] ?? []);
  const ids = [...new Set(all)];
  if (ids.length === 0) return [];
  const managers = ids.length === 1 ? `the resource manager ${ids[0]}` : `the resource managers ${ids.join(' and ')}`;
  const what = `PostgreSQL cannot recover: the WAL has records of ${managers} (an ID that an extension has taken), and no library in shared_preload_libraries registers it`;
  const toDo =
    'recovery cannot go on without the library that wrote these records, so add the library that the primary names in its shared_preload_libraries to shared_preload_libraries here, and its image to extensions';
  return [{ severity: 'error', reason: 'WalNeedsLibrary', subject: 'postgres', message: `${what}; ${toDo}.` }];
}
