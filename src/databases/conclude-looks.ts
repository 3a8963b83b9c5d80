import type { Finding } from '../lib/finding.ts';
import { checkRemovals } from './check-removals.ts';
import type { DatabaseCatalog } from './database-catalog.ts';
import type { DatabaseReport } from './database-report.ts';
import type { DatabasesWish } from './databases-wish.ts';
import type { DatabaseRow, ServerCatalog } from './server-catalog.ts';

/** What is remembered of the last look into a database. */
export interface LookedDatabase {
  readonly report: DatabaseReport;
  /** What it was looked at for; undefined: not yet, or in vain. */
  readonly wish: DatabasesWish | undefined;
  readonly catalog: DatabaseCatalog | undefined;
}

/** What follows when all databases were looked into. */
export interface Conclusion {
  /** Images that left the configuration and that nothing uses any more. */
  readonly free: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

export function concludeLooks(
  wish: DatabasesWish,
  server: ServerCatalog,
  looked: ReadonlyMap<string, LookedDatabase>,
): Conclusion {
  if (wish.leaving.length === 0) return { free: new Set(), findings: [] };
  const counted = server.databases.filter(counts);
  const seen = counted.flatMap(({ name }) => {
    const one = looked.get(name);
    return one?.wish === wish && one.catalog !== undefined ? [{ database: name, catalog: one.catalog }] : [];
  });
  const names = new Set(seen.map(({ database }) => database));
  const removals = checkRemovals({
    leaving: wish.leaving,
    staying: [...wish.images.filter(({ role }) => role === 'configured'), wish.server],
    looks: seen,
    notLookedAt: counted
      .filter(({ name }) => !names.has(name))
      .map(({ name }) => ({
        database: name,
        why: looked.get(name)?.report.remark?.message ?? 'it was not reached yet',
      })),
    slots: server.slots,
    preloadWanted: wish.preload.named,
    librarySettings: server.librarySettings,
  });
  return {
    free: new Set(removals.filter(({ isFree }) => isFree).map(({ image }) => image)),
    findings: removals.flatMap(({ finding }) => finding ?? []),
  };
}

/**
 * Until the databases were looked at once more: what was said of images that are still to go. A finding that goes and
 * comes back in every round would be an alert each time.
 */
export function findingsMeanwhile(last: readonly Finding[], { leaving }: DatabasesWish): readonly Finding[] {
  const subjects = new Set(leaving.map(({ applied }) => `extension/${applied.configuration.name}`));
  return last.filter(({ subject }) => subjects.has(subject));
}

/** template0 is as initdb made it, and a database that is half dropped can only be dropped to the end. */
function counts({ name, connectionLimit }: DatabaseRow): boolean {
  return name !== 'template0' && connectionLimit !== -2;
}
