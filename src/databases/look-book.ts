import { isDeepStrictEqual } from 'node:util';
import { showName } from '../lib/show-name.ts';
import type { LookedDatabase } from './conclude-looks.ts';
import type { Remark } from './database-plan.ts';
import type { DatabaseReport } from './database-report.ts';
import type { DatabasesWish } from './databases-wish.ts';
import { reportAnnounced } from './report-database.ts';

/** What the last look into each database has shown, or why there was none. */
export interface LookBook {
  /** What was said of a database before its declaration changed is not true any more. */
  readonly announce: (wish: DatabasesWish) => void;
  readonly write: (name: string, looked: LookedDatabase) => void;
  /** Another report of the same database, before it was looked at again. */
  readonly revise: (report: DatabaseReport) => void;
  /** The databases as such are being seen to; what was said to be wrong with them stays said meanwhile. */
  readonly beginWork: (databases: ReadonlySet<string>) => void;
  readonly failWork: (database: string, remark: Remark) => void;
  /** Forgets databases that are gone, or that nobody looks into any more: a template that was declared. */
  readonly keepOnly: (databases: ReadonlySet<string>) => void;
  readonly all: () => ReadonlyMap<string, LookedDatabase>;
  /** By name. */
  readonly reports: () => readonly DatabaseReport[];
  /** Not seen as it is declared now, or not as it was declared when it was seen. */
  readonly isUrgent: (name: string) => boolean;
}

const notLookedAtYet: Remark = {
  reason: 'NotLookedAtYet',
  message: 'The database was not looked at yet since its declaration changed or the manager started.',
};

export function lookBook(): LookBook {
  const looked = new Map<string, LookedDatabase>();

  function announce(wish: DatabasesWish): void {
    for (const declaration of wish.declarations) {
      const before = looked.get(declaration.name);
      if (before !== undefined && isDeepStrictEqual(before.report.declaration, declaration)) continue;
      const report = reportAnnounced(declaration, before?.report, notLookedAtYet);
      looked.set(declaration.name, { report, wish: undefined, catalog: undefined });
    }
  }

  function amend(name: string, change: (report: DatabaseReport) => Partial<DatabaseReport>): void {
    const one = looked.get(name);
    if (one !== undefined) looked.set(name, { ...one, report: { ...one.report, ...change(one.report) } });
  }

  return {
    announce,
    beginWork: (databases) => {
      for (const name of databases) {
        amend(name, ({ applied }) => (applied === false ? {} : { applied: null, remark: underWay(name) }));
      }
    },
    failWork: (database, remark) => amend(database, () => ({ applied: false, remark })),
    write: (name, one) => void looked.set(name, one),
    revise: (report) => {
      const before = looked.get(report.name);
      looked.set(report.name, { wish: undefined, catalog: before?.catalog, report });
    },
    keepOnly: (databases) => {
      for (const name of looked.keys()) if (!databases.has(name)) looked.delete(name);
    },
    all: () => looked,
    reports: () =>
      [...looked.values()]
        .map(({ report }) => report)
        .toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))),
    isUrgent: (name) => {
      const report = looked.get(name)?.report;
      return report?.declaration !== undefined && report.applied !== true;
    },
  };
}

function underWay(database: string): Remark {
  return {
    reason: 'UnderWay',
    message: `The database ${showName(database)} is to be created, altered or dropped, which is done for one database after the other.`,
  };
}
