import { beforeEach, describe, expect, test } from 'vitest';
import type { DatabaseDeclaration } from '../../../src/configuration/database-declaration.ts';
import type { DatabaseReport } from '../../../src/databases/database-report.ts';
import { type LookBook, lookBook } from '../../../src/databases/look-book.ts';
import { aDatabaseCatalog, aDatabasesWish, aDeclaration, aDeclaredSchema } from '../../support/a-database.ts';

const catalog = aDatabaseCatalog();

function aReport(name: string, declaration?: DatabaseDeclaration, applied: boolean | null = true): DatabaseReport {
  return {
    ...{ name, declaration, ensure: declaration?.ensure ?? null, applied, remark: undefined, lookedAtMs: 42 },
    ...{ schemas: [], extensions: [], fdws: [], servers: [], findings: [] },
  };
}

const wishOf = (...declarations: readonly DatabaseDeclaration[]) => aDatabasesWish({ declarations });

let book: LookBook;
beforeEach(() => {
  book = lookBook();
});

function seen(name: string, declaration?: DatabaseDeclaration, applied: boolean | null = true): void {
  book.write(name, { report: aReport(name, declaration, applied), wish: aDatabasesWish(), catalog });
}

describe('what is announced', () => {
  test('was not looked at yet, and stands in the report at once', () => {
    book.announce(wishOf(aDeclaration({ schemas: [aDeclaredSchema('geo')] })));
    expect(book.reports()).toMatchObject([
      { name: 'app', applied: null, remark: { reason: 'NotLookedAtYet' }, schemas: [{ name: 'geo', applied: null }] },
    ]);
  });

  test('keeps what was seen while its declaration says the same', () => {
    seen('app', aDeclaration({ schemas: [aDeclaredSchema('geo')] }));
    book.announce(wishOf(aDeclaration({ schemas: [aDeclaredSchema('geo')] })));
    expect(book.reports()).toMatchObject([{ applied: true, lookedAtMs: 42 }]);
  });

  test('loses what was seen when its declaration has changed', () => {
    seen('app', aDeclaration());
    book.announce(wishOf(aDeclaration({ schemas: [aDeclaredSchema('geo')] })));
    expect(book.reports()).toMatchObject([{ applied: null, remark: { reason: 'NotLookedAtYet' } }]);
    expect(book.all().get('app')?.catalog).toBeUndefined();
  });

  test('keeps what is wrong with what is declared as before', () => {
    const [geo, art] = [aDeclaredSchema('geo'), aDeclaredSchema('art')];
    const before = aReport('app', aDeclaration({ schemas: [geo] }), false);
    const remark = { reason: 'OwnerMissing', message: 'Nobody.' } as const;
    const row = { name: 'geo', ensure: 'present', applied: false, remark } as const;
    const finding = { severity: 'error', reason: 'LibraryMissing', subject: 'database/app', message: 'Gone.' } as const;
    const report = { ...before, schemas: [row], findings: [finding] };
    book.write('app', { report, wish: aDatabasesWish(), catalog });
    book.announce(wishOf(aDeclaration({ schemas: [geo, art] })));
    expect(book.reports()).toMatchObject([
      { applied: false, schemas: [row, { name: 'art', applied: null }], findings: [finding] },
    ]);
    book.announce(wishOf(aDeclaration({ schemas: [aDeclaredSchema('geo', { owner: 'olga' })] })));
    expect(book.reports()).toMatchObject([{ applied: null, schemas: [{ name: 'geo', applied: null }] }]);
  });

  test('leaves other databases alone', () => {
    seen('other');
    book.announce(wishOf(aDeclaration()));
    expect(book.reports().map(({ name, lookedAtMs }) => [name, lookedAtMs])).toEqual([
      ['app', undefined],
      ['other', 42],
    ]);
  });
});

describe('a report that is revised', () => {
  test('keeps the catalog, and counts as a look no longer', () => {
    seen('app', aDeclaration());
    book.revise(aReport('app', aDeclaration(), null));
    expect(book.all().get('app')).toMatchObject({ wish: undefined, catalog, report: { applied: null } });
  });

  test('can be the first one', () => {
    book.revise(aReport('app'));
    expect(book.all().get('app')).toMatchObject({ wish: undefined, catalog: undefined });
  });
});

test('databases that are gone are forgotten, unless they are declared', () => {
  for (const name of ['declared', 'there', 'gone']) seen(name);
  book.keepOnly(new Set(['declared', 'there']));
  expect([...book.all().keys()]).toEqual(['declared', 'there']);
});

test('reports come by name', () => {
  for (const name of ['b', 'ä', 'a', 'B']) seen(name);
  expect(book.reports().map(({ name }) => name)).toEqual(['B', 'a', 'b', 'ä']);
});

describe('urgent', () => {
  test('is what is declared and not known to be applied', () => {
    seen('applied', aDeclaration());
    seen('failed', aDeclaration(), false);
    seen('unknown', aDeclaration(), null);
    expect(['applied', 'failed', 'unknown'].map(book.isUrgent)).toEqual([false, true, true]);
  });

  test('is what was declared a moment ago', () => {
    book.announce(wishOf(aDeclaration()));
    expect(book.isUrgent('app')).toBe(true);
  });

  test('is nothing that nobody has declared, or that is unknown', () => {
    seen('other', undefined, null);
    expect(book.isUrgent('other')).toBe(false);
    expect(book.isUrgent('nowhere')).toBe(false);
  });
});

describe('databases that are being made, altered or dropped', () => {
  test('say so, and then what failed; a reason that was there stays until something else is known', () => {
    book.announce(wishOf(aDeclaration()));
    book.beginWork(new Set(['app']));
    expect(book.reports()).toMatchObject([{ applied: null, remark: { reason: 'UnderWay' } }]);
    const remark = { reason: 'DatabaseInUse', message: 'Busy.' } as const;
    book.failWork('app', remark);
    book.beginWork(new Set(['app', 'nobody knows it']));
    expect(book.reports()).toMatchObject([{ applied: false, remark }]);
  });
});
