import { describe, expect, test } from 'vitest';
import type { ItemKind } from '../../../src/databases/database-action.ts';
import type { PlannedItem, Remark, Verdict } from '../../../src/databases/database-plan.ts';
import type { ExtensionRow } from '../../../src/databases/database-report.ts';
import { type LookedInto, reportLook, reportUnseen } from '../../../src/databases/report-database.ts';
import type { Finding } from '../../../src/lib/finding.ts';
import {
  aDeclaration,
  aDeclaredExtension,
  aDeclaredFdw,
  aDeclaredSchema,
  aDeclaredServer,
} from '../../support/a-database.ts';

const inPlace: Verdict = { kind: 'in-place', remark: undefined };
const due: Verdict = { kind: 'due' };
const failed: Remark = { reason: 'StatementFailed', message: 'It failed.' };
const waiting: Remark = { reason: 'WaitingForPromotion', message: 'It waits.' };
const blocked = (remark: Remark): Verdict => ({ kind: 'blocked', remark });

const item = (kind: ItemKind, name: string, verdict: Verdict): PlannedItem => ({ item: { kind, name }, verdict });

function anExtensionRow(name: string, changes: Partial<ExtensionRow> = {}): ExtensionRow {
  const versions = { installedVersion: '1.0', desiredVersion: undefined, defaultVersion: '1.0', schema: 'public' };
  return { name, ensure: 'present', applied: true, remark: undefined, ...versions, ...changes };
}

function look(changes: Partial<LookedInto> & { readonly items?: readonly PlannedItem[] } = {}) {
  const { items = [], ...others } = changes;
  return reportLook({
    database: 'app',
    declaration: aDeclaration(),
    verdict: inPlace,
    plan: { items, actions: [] },
    extensions: [],
    findings: [],
    atMs: 42,
    ...others,
  });
}

describe('a database that was looked into', () => {
  test('is applied when it and all that is declared in it is in place', () => {
    const declaration = aDeclaration({
      schemas: [aDeclaredSchema('geo')],
      fdws: [aDeclaredFdw('files')],
      servers: [aDeclaredServer('far')],
    });
    const items = [item('schema', 'geo', inPlace), item('fdw', 'files', inPlace), item('server', 'far', inPlace)];
    const row = { ensure: 'present', applied: true, remark: undefined };
    expect(look({ declaration, items, extensions: [anExtensionRow('vector')] })).toEqual({
      name: 'app',
      declaration,
      ensure: 'present',
      applied: true,
      remark: undefined,
      lookedAtMs: 42,
      schemas: [{ ...row, name: 'geo' }],
      extensions: [anExtensionRow('vector')],
      fdws: [{ ...row, name: 'files' }],
      servers: [{ ...row, name: 'far' }],
      findings: [],
    });
  });

  test('is not known to be applied while something is due', () => {
    const declaration = aDeclaration({ schemas: [aDeclaredSchema('geo')] });
    const report = look({ declaration, items: [item('schema', 'geo', due)] });
    expect(report).toMatchObject({ applied: null, schemas: [{ applied: null, remark: undefined }] });
    expect(look({ verdict: due }).applied).toBe(null);
  });

  test('is not applied when one thing in it is not, even if others are still due', () => {
    const declaration = aDeclaration({ schemas: [aDeclaredSchema('geo'), aDeclaredSchema('bad')] });
    const report = look({ declaration, items: [item('schema', 'geo', due), item('schema', 'bad', blocked(failed))] });
    expect(report.applied).toBe(false);
    expect(report.remark).toBeUndefined();
    expect(report.schemas[1]).toEqual({ name: 'bad', ensure: 'present', applied: false, remark: failed });
    expect(look({ extensions: [anExtensionRow('vector', { applied: false })] }).applied).toBe(false);
  });

  test('says what is wrong with the database itself', () => {
    expect(look({ verdict: blocked(failed) })).toMatchObject({ applied: false, remark: failed });
  });

  test('is neither applied nor not while it waits for promotion', () => {
    expect(look({ verdict: blocked(waiting) })).toMatchObject({ applied: null, remark: waiting });
  });

  test('is as declared although there is a remark', () => {
    const remark: Remark = { reason: 'UpdateAvailable', message: 'There is a new version.' };
    expect(look({ verdict: { kind: 'in-place', remark } })).toMatchObject({ applied: true, remark });
  });

  test('has the rows of what is declared only, each with its own verdict', () => {
    const declaration = aDeclaration({
      fdws: [aDeclaredFdw('same', { ensure: 'absent' })],
      servers: [aDeclaredServer('same')],
    });
    const items = [item('server', 'same', blocked(failed)), item('fdw', 'same', inPlace), item('schema', 'x', inPlace)];
    const report = look({ declaration, items });
    expect(report.fdws).toEqual([{ name: 'same', ensure: 'absent', applied: true, remark: undefined }]);
    expect(report.servers).toMatchObject([{ applied: false }]);
    expect(report.schemas).toEqual([]);
  });

  test('of which nothing is declared is shown with its extensions, and applied says nothing', () => {
    const extensions = [anExtensionRow('vector', { ensure: null, applied: null })];
    const report = look({ declaration: undefined, verdict: undefined, extensions });
    expect(report).toMatchObject({ ensure: null, applied: null, extensions, remark: undefined });
  });

  test('is not held up by an extension that nobody declared', () => {
    expect(look({ extensions: [anExtensionRow('plpgsql', { ensure: null, applied: null })] }).applied).toBe(true);
  });

  test('passes on what was found besides', () => {
    const finding: Finding = { severity: 'error', reason: 'LibraryMissing', subject: 'database/app', message: 'Gone.' };
    expect(look({ findings: [finding] }).findings).toEqual([finding]);
  });
});

describe('a database that was not looked into', () => {
  const declaration = aDeclaration({
    schemas: [aDeclaredSchema('geo')],
    extensions: [
      aDeclaredExtension('vector', { version: '0.8.7' }),
      aDeclaredExtension('hstore', { ensure: 'absent' }),
    ],
    fdws: [aDeclaredFdw('files')],
    servers: [aDeclaredServer('far')],
  });
  const missing: Remark = { reason: 'DatabaseMissing', message: 'There is none.' };
  const inside = { applied: false, remark: missing } as const;

  test('says so in each row of what is to be in it', () => {
    const report = reportUnseen('app', declaration, due, inside);
    expect(report).toMatchObject({ applied: false, remark: missing, lookedAtMs: undefined, findings: [] });
    expect([report.schemas, report.fdws, report.servers].flat()).toEqual(
      ['geo', 'files', 'far'].map((name) => ({ name, ensure: 'present', applied: false, remark: missing })),
    );
    expect(report.extensions).toEqual([
      {
        ...{ name: 'vector', ensure: 'present', applied: false, remark: missing },
        ...{ installedVersion: undefined, desiredVersion: '0.8.7', defaultVersion: undefined, schema: undefined },
      },
      {
        ...{ name: 'hstore', ensure: 'absent', applied: false, remark: missing },
        ...{ installedVersion: undefined, desiredVersion: undefined, defaultVersion: undefined, schema: undefined },
      },
    ]);
  });

  test('says first what is wrong with the database itself', () => {
    expect(reportUnseen('app', declaration, blocked(failed), inside)).toMatchObject({ applied: false, remark: failed });
  });

  test('is not known to be applied when nothing is known', () => {
    const yet: Remark = { reason: 'NotLookedAtYet', message: 'Not yet.' };
    const report = reportUnseen('app', declaration, undefined, { applied: null, remark: yet });
    expect(report).toMatchObject({ applied: null, remark: yet, schemas: [{ applied: null, remark: yet }] });
  });

  test('and is to be absent is applied when it is gone, and has no rows', () => {
    const absent = { ...declaration, ensure: 'absent' } as const;
    const report = reportUnseen('app', absent, inPlace, inside);
    expect(report).toMatchObject({ ensure: 'absent', applied: true, remark: undefined });
    expect([...report.schemas, ...report.extensions, ...report.fdws, ...report.servers]).toEqual([]);
  });

  test('and is not declared says why it was skipped, and applied says nothing', () => {
    const report = reportUnseen('app', undefined, undefined, inside);
    expect(report).toMatchObject({ ensure: null, applied: null, remark: missing, extensions: [] });
  });
});
