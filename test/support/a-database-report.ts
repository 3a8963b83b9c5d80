import type { DatabaseReport, DatabasesReport, ExtensionRow, ItemRow } from '../../src/databases/database-report.ts';
import { noonMs } from './a-snapshot.ts';

/** Something that is declared present and is there. */
export function aRow(name: string, changes: Partial<Omit<ItemRow, 'name'>> = {}): ItemRow {
  return { name, ensure: 'present', applied: true, remark: undefined, ...changes };
}

/** Declared without a version and installed with the default one, 0.8.7. */
export function anExtensionRow(name: string, changes: Partial<Omit<ExtensionRow, 'name'>> = {}): ExtensionRow {
  return {
    ...aRow(name),
    installedVersion: '0.8.7',
    desiredVersion: undefined,
    defaultVersion: '0.8.7',
    schema: 'public',
    ...changes,
  };
}

/** A database that is declared and there, looked at a moment ago, without anything in it. */
export function aDatabaseReport(name: string, changes: Partial<Omit<DatabaseReport, 'name'>> = {}): DatabaseReport {
  return {
    ...aRow(name),
    declaration: undefined,
    lookedAtMs: noonMs,
    schemas: [],
    extensions: [],
    fdws: [],
    servers: [],
    findings: [],
    ...changes,
  };
}

export function aReport(
  databases: readonly DatabaseReport[],
  changes: Partial<Omit<DatabasesReport, 'databases'>> = {},
): DatabasesReport {
  return { databases, findings: [], failures: [], lastRoundMs: undefined, ...changes };
}
