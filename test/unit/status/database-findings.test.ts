import { describe, expect, test } from 'vitest';
import type { DatabaseReport, DatabasesReport } from '../../../src/databases/database-report.ts';
import type { Finding, ItemReason } from '../../../src/lib/finding.ts';
import { databaseFindings } from '../../../src/status/database-findings.ts';
import { aDatabaseReport, anExtensionRow, aReport, aRow } from '../../support/a-database-report.ts';

const notApplied = { applied: false, remark: { reason: 'StatementFailed', message: 'It failed.' } } as const;
const undeclared = { ensure: null, applied: null } as const;

function remarkOf(reason: ItemReason, message: string = reason): { readonly remark: DatabaseReport['remark'] } {
  return { remark: { reason, message } };
}

function findingsOf(...databases: readonly DatabaseReport[]): readonly Finding[] {
  return databaseFindings(aReport(databases));
}

function summaryOf(report: DatabasesReport): readonly string[] {
  return databaseFindings(report).map(({ severity, reason, subject }) => `${severity} ${reason} ${subject}`);
}

test('nothing is told of databases in which all is as declared', () => {
  expect(findingsOf(aDatabaseReport('app', { extensions: [anExtensionRow('vector')] }))).toEqual([]);
});

test('whatever is not applied is an error of its database, with the sentence of its row', () => {
  const app = aDatabaseReport('app', {
    applied: false,
    schemas: [aRow('s', { applied: false, ...remarkOf('OwnerMissing') })],
    extensions: [anExtensionRow('vector', { applied: false, ...remarkOf('SchemaMissing') })],
    fdws: [aRow('f', { applied: false, ...remarkOf('DependentsExist') })],
    servers: [aRow('x', notApplied)],
  });
  expect(summaryOf(aReport([app]))).toEqual([
    'error OwnerMissing database/app',
    'error SchemaMissing database/app',
    'error DependentsExist database/app',
    'error StatementFailed database/app',
  ]);
  expect(findingsOf(app).at(-1)?.message).toBe('It failed.');
});

test('a database that cannot be looked into is told once, although each of its rows has the same to say', () => {
  const inside = { applied: false, ...remarkOf('CannotConnect') } as const;
  const app = aDatabaseReport('app', {
    ...inside,
    schemas: [aRow('s', inside)],
    extensions: [anExtensionRow('v', inside)],
  });
  expect(findingsOf(app)).toHaveLength(1);
});

test('a database that cannot be made is told with its reason alone, not with what is missing in it', () => {
  const app = aDatabaseReport('app', {
    ...{ applied: false, ...remarkOf('OwnerMissing') },
    extensions: [anExtensionRow('v', { applied: false, ...remarkOf('DatabaseMissing') })],
  });
  expect(summaryOf(aReport([app]))).toEqual(['error OwnerMissing database/app']);
});

test('an undeclared database that is skipped is no finding', () => {
  expect(findingsOf(aDatabaseReport('template0', { ...undeclared, ...remarkOf('DatabaseNotConnectable') }))).toEqual(
    [],
  );
});

test('what was not looked at yet is no finding', () => {
  expect(findingsOf(aDatabaseReport('app', { applied: null, ...remarkOf('NotLookedAtYet') }))).toEqual([]);
});

test.each([
  ['declared', {}],
  ['undeclared', undeclared],
])('an extension without an update path that nobody has asked for is a warning: %s', (_, changes) => {
  const row = anExtensionRow('vector', { ...changes, ...remarkOf('NoUpdatePath') });
  expect(summaryOf(aReport([aDatabaseReport('app', { extensions: [row] })]))).toEqual([
    'warning NoUpdatePath database/app',
  ]);
});

test('a newer version is told once for all databases', () => {
  const row = anExtensionRow('vector', { installedVersion: '0.8.6', ...remarkOf('UpdateAvailable') });
  const databases = ['app', 'shop'].map((name) => aDatabaseReport(name, { extensions: [row] }));
  expect(summaryOf(aReport(databases))).toEqual(['info UpdateAvailable extension/vector']);
});

describe('on a standby', () => {
  const waiting = { applied: null, ...remarkOf('WaitingForPromotion') } as const;

  test('what waits for promotion is counted in one finding', () => {
    const databases = ['app', 'shop'].map((name) =>
      aDatabaseReport(name, { ...waiting, extensions: [anExtensionRow('vector', waiting)] }),
    );
    const [finding, ...others] = findingsOf(...databases);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ severity: 'info', reason: 'WaitingForPromotion', subject: 'postgres' });
    expect(finding?.message).toContain('4 things that are declared in its databases are waiting for promotion');
  });

  test('one thing that waits is one thing', () => {
    const [finding] = findingsOf(aDatabaseReport('app', { extensions: [anExtensionRow('vector', waiting)] }));
    expect(finding?.message).toContain('one thing that is declared in its databases is waiting for promotion');
  });
});

describe('what the looks have found besides', () => {
  const held: Finding = { severity: 'warning', reason: 'RemovalBlocked', subject: 'extension/geo', message: 'Held.' };
  const missing = (extension: string): Finding => ({
    severity: 'error',
    reason: 'LibraryMissing',
    subject: 'database/app',
    message: `The extension ${extension} of the database app needs in version 1.0 the library x, which is not in /lib.`,
  });

  test('is passed on: of the server, and of each database', () => {
    const app = aDatabaseReport('app', { findings: [missing('geo')] });
    expect(databaseFindings(aReport([app], { findings: [held] }))).toEqual([held, missing('geo')]);
  });

  test('is told once when an undeclared extension has the same remark', () => {
    const row = anExtensionRow('geo', { ...undeclared, ...remarkOf('LibraryMissing') });
    const app = aDatabaseReport('app', { extensions: [row], findings: [missing('geo')] });
    expect(findingsOf(app)).toEqual([missing('geo')]);
  });

  test('is left to the row of a declared extension, which knows what to change, and told of the others', () => {
    const row = anExtensionRow('geo', { applied: false, ...remarkOf('LibraryMissing', 'Write version: "2".') });
    const app = aDatabaseReport('app', { extensions: [row], findings: [missing('geo'), missing('geo_raster')] });
    expect(findingsOf(app).map(({ message }) => message)).toEqual([
      'Write version: "2".',
      missing('geo_raster').message,
    ]);
  });
});

describe('of one reason', () => {
  const failing = (count: number): readonly DatabaseReport[] =>
    Array.from({ length: count }, (_, index) =>
      aDatabaseReport(`db${index}`, { applied: false, ...remarkOf('StatementFailed', `${index} failed.`) }),
    );

  test('a hundred are told', () => {
    expect(findingsOf(...failing(100))).toHaveLength(100);
  });

  test('of more the rest is one sentence, and other reasons are not cut', () => {
    const other = aDatabaseReport('z', { applied: false, ...remarkOf('OwnerMissing') });
    const findings = findingsOf(...failing(243), other);
    expect(findings).toHaveLength(102);
    expect(findings[100]).toEqual({
      severity: 'error',
      reason: 'StatementFailed',
      subject: 'postgres',
      message:
        '143 more findings of the reason StatementFailed are not listed here; the databases in /status show where.',
    });
    expect(findings[101]?.reason).toBe('OwnerMissing');
  });

  test('one more is one more', () => {
    expect(findingsOf(...failing(101)).at(-1)?.message).toContain(
      'One more finding of the reason StatementFailed is not',
    );
  });

  test('the warnings are the ones that are cut', () => {
    const row = anExtensionRow('vector', remarkOf('NoUpdatePath'));
    const warned = Array.from({ length: 100 }, (_, index) => aDatabaseReport(`a${index}`, { extensions: [row] }));
    const failed = aDatabaseReport('z', { extensions: [{ ...row, applied: false }] });
    const findings = findingsOf(...warned, failed);
    expect(findings[0]).toMatchObject({ severity: 'error', subject: 'database/z' });
    expect(findings.at(-1)).toMatchObject({ severity: 'warning', subject: 'postgres' });
  });
});
