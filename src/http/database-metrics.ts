import { Counter, Gauge, Registry } from 'prom-client';
import type { Snapshot } from '../status/snapshot.ts';

type DatabasesReport = Snapshot['databases'];
type DatabaseReport = DatabasesReport['databases'][number];

const prefix = 'pg_instance_manager_database_';

/**
 * There can be thousands of them, and they rarely change: a report is rendered once, and its text goes when the report
 * does.
 */
export function databaseMetrics(): (report: DatabasesReport) => Promise<string> {
  const texts = new WeakMap<DatabasesReport, Promise<string>>();
  return (report) => {
    const known = texts.get(report);
    if (known !== undefined) return known;
    const text = render(report);
    texts.set(report, text);
    return text;
  };
}

/** In a registry of its own, so that no samples are kept besides their text. */
function render({ databases, failures }: DatabasesReport): Promise<string> {
  const registry = new Registry();
  const applied = gauge(registry, 'applied', 'Whether all that is declared of a database is there.', ['database']);
  for (const database of databases) {
    if (database.applied !== null) applied.set({ database: database.name }, Number(database.applied));
  }
  setExtensions(registry, databases);
  const failed = new Counter({
    name: `${prefix}failures_total`,
    help: 'Statements for declared things that failed, by database and thing.',
    labelNames: ['database', 'item'],
    registers: [registry],
  });
  for (const { database, item, count } of failures) failed.inc({ database, item }, count);
  return registry.metrics();
}

function setExtensions(registry: Registry, databases: readonly DatabaseReport[]): void {
  const labels = ['database', 'extension'] as const;
  const info = gauge(registry, 'extension_info', 'An installed extension and its versions.', [
    ...labels,
    'installed_version',
    'default_version',
  ]);
  const update = gauge(registry, 'extension_update_available', 'Whether nobody has asked for a newer version.', labels);
  const applied = gauge(registry, 'extension_applied', 'Whether a declared extension is as declared.', labels);
  for (const { database, row } of allExtensions(databases)) {
    const { installedVersion, defaultVersion } = row;
    const names = { database, extension: row.name };
    if (installedVersion !== undefined) {
      info.set({ ...names, installed_version: installedVersion, default_version: defaultVersion ?? '' }, 1);
      update.set(names, Number(row.remark?.reason === 'UpdateAvailable'));
    }
    if (row.ensure !== null && row.applied !== null) applied.set(names, Number(row.applied));
  }
}

function* allExtensions(
  databases: readonly DatabaseReport[],
): Generator<{ readonly database: string; readonly row: DatabaseReport['extensions'][number] }> {
  for (const { name: database, extensions } of databases) for (const row of extensions) yield { database, row };
}

function gauge<L extends string>(registry: Registry, name: string, help: string, labelNames: readonly L[]): Gauge<L> {
  return new Gauge({ name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [registry] });
}
