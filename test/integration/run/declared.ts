import type { DatabaseExtensionStatus, DatabaseStatus } from '../../../src/status/databases-status.ts';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import type { RunningManager } from '../../support/running-manager.ts';

/** The row of a database in the status. */
export function databaseIn({ databases }: InstanceStatus, name: string): DatabaseStatus | undefined {
  return databases.find((database) => database.name === name);
}

/** The row of an extension in a database. */
export function extensionIn(
  status: InstanceStatus,
  database: string,
  extension: string,
): DatabaseExtensionStatus | undefined {
  return databaseIn(status, database)?.extensions.find(({ name }) => name === extension);
}

/** Until a database is as declared, whole. */
export function applied(manager: RunningManager, database: string, timeoutMs?: number): Promise<InstanceStatus> {
  return manager.waitFor((status) => databaseIn(status, database)?.applied === true, timeoutMs);
}

/** Until the row of an extension has this reason; returns the row. */
export async function reasoned(
  manager: RunningManager,
  database: string,
  extension: string,
  reason: string,
): Promise<DatabaseExtensionStatus | undefined> {
  const status = await manager.waitFor((seen) => extensionIn(seen, database, extension)?.reason === reason);
  return extensionIn(status, database, extension);
}

/** What is installed in a database, as `name version schema`; without plpgsql. */
export async function installedIn(manager: RunningManager, database: string): Promise<readonly unknown[]> {
  const rows = await manager.sql(
    `SELECT extname || ' ' || extversion || ' ' || nspname AS one FROM pg_extension
       JOIN pg_namespace n ON n.oid = extnamespace WHERE extname <> 'plpgsql' ORDER BY 1`,
    { database },
  );
  return rows.map(({ one }) => one);
}

/** The lines that PostgreSQL has logged as errors. */
export function postgresErrors(manager: RunningManager): readonly string[] {
  return manager
    .log()
    .filter(({ logger, msg }) => logger === 'postgres' && /(ERROR|FATAL|PANIC): {2}/.test(msg))
    .map(({ msg }) => msg.replace(/^.*?(ERROR|FATAL|PANIC)/, '$1'));
}
