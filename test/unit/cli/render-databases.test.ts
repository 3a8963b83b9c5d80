import { describe, expect, test } from 'vitest';
import { renderDatabases } from '../../../src/cli/render-databases.ts';
import type { DatabaseReport } from '../../../src/databases/database-report.ts';
import type { ItemReason } from '../../../src/lib/finding.ts';
import { databasesStatus } from '../../../src/status/databases-status.ts';
import { aDatabaseReport, anExtensionRow, aReport, aRow } from '../../support/a-database-report.ts';

const undeclared = { ensure: null, applied: null } as const;

function remarkOf(reason: ItemReason): { readonly remark: DatabaseReport['remark'] } {
  return { remark: { reason, message: 'x' } };
}

function render(...databases: readonly DatabaseReport[]): readonly string[] {
  return renderDatabases(databasesStatus(aReport(databases)));
}

/** The cells of the rows, without the head. */
function cellsOf(...databases: readonly DatabaseReport[]): readonly (readonly string[])[] {
  return render(...databases)
    .slice(1)
    .map((line) => line.split(/ {2,}/));
}

test('there is no table when nothing is declared and nothing is to be known', () => {
  const seen = aDatabaseReport('seen', { ...undeclared, extensions: [anExtensionRow('vector', undeclared)] });
  const skipped = aDatabaseReport('template0', { ...undeclared, ...remarkOf('DatabaseNotConnectable') });
  expect(render(seen, skipped)).toEqual([]);
});

test('has a row for each extension, with its versions and its reason', () => {
  const waiting = { applied: null, installedVersion: undefined, ...remarkOf('WaitingForPromotion') } as const;
  const app = aDatabaseReport('app', {
    extensions: [
      anExtensionRow('vector', { desiredVersion: '0.8.7' }),
      anExtensionRow('geo', { applied: false, installedVersion: undefined, ...remarkOf('SchemaMissing') }),
      anExtensionRow('cube', waiting),
      anExtensionRow('hstore', { ensure: 'absent', installedVersion: undefined }),
      anExtensionRow('other', undeclared),
    ],
  });
  expect(render(app)).toEqual([
    'DATABASE  EXTENSION  INSTALLED  DESIRED  DEFAULT  APPLIED  REASON',
    'app       vector     0.8.7      0.8.7    0.8.7    yes      -',
    'app       geo        -          -        0.8.7    no       SchemaMissing',
    'app       cube       -          -        0.8.7    waiting  WaitingForPromotion',
    'app       hstore     -          absent   0.8.7    yes      -',
    'app       other      0.8.7      -        0.8.7    -        -',
  ]);
});

describe('the database itself', () => {
  test('has a row when it has no extensions', () => {
    expect(cellsOf(aDatabaseReport('app'))).toEqual([['app', '-', '-', '-', '-', 'yes', '-']]);
  });

  test('that is to be absent says so', () => {
    expect(cellsOf(aDatabaseReport('app', { ensure: 'absent' }))).toEqual([
      ['app', '-', '-', 'absent', '-', 'yes', '-'],
    ]);
  });

  test('has a row when it has a reason of its own', () => {
    const own = { applied: false, ...remarkOf('OwnerMissing') } as const;
    expect(cellsOf(aDatabaseReport('app', { ...own, extensions: [anExtensionRow('vector')] }))).toEqual([
      ['app', '-', '-', '-', '-', 'no', 'OwnerMissing'],
      ['app', 'vector', '0.8.7', '-', '0.8.7', 'yes', '-'],
    ]);
  });

  test('has none when its extensions have its reason', () => {
    const missing = { applied: false, ...remarkOf('DatabaseMissing') } as const;
    const rows = cellsOf(aDatabaseReport('app', { ...missing, extensions: [anExtensionRow('vector', missing)] }));
    expect(rows.map((cells) => cells[1])).toEqual(['vector']);
  });

  test('is shown undeclared when there is something to be known of an extension in it', () => {
    const row = anExtensionRow('vector', { ...undeclared, installedVersion: '0.8.6', ...remarkOf('UpdateAvailable') });
    expect(cellsOf(aDatabaseReport('old', { ...undeclared, extensions: [row] }))).toEqual([
      ['old', 'vector', '0.8.6', '-', '0.8.7', '-', 'UpdateAvailable'],
    ]);
  });
});

test('schemas, wrappers and servers are shown only when they are not applied', () => {
  const failed = { applied: false, ...remarkOf('StatementFailed') } as const;
  const app = aDatabaseReport('app', {
    schemas: [aRow('s', failed), aRow('fine')],
    fdws: [aRow('f', failed)],
    servers: [aRow('x', { applied: null })],
    extensions: [anExtensionRow('vector')],
  });
  expect(cellsOf(app).map((cells) => [cells[1], cells[5], cells[6]])).toEqual([
    ['schema/s', 'no', 'StatementFailed'],
    ['fdw/f', 'no', 'StatementFailed'],
    ['server/x', 'waiting', '-'],
    ['vector', 'yes', '-'],
  ]);
});

test('a name with control characters does not disturb the terminal', () => {
  const [, line] = render(aDatabaseReport('a\u001b[2J\nb'));
  expect(line).toContain('"a\\u001b[2J\\u000ab"');
});
