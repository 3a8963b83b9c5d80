import { expect } from 'vitest';
import type { DatabaseExtensionStatus, DatabaseStatus } from '../../../src/status/databases-status.ts';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';

/** What is read of a status here, where the databases may not be known yet. */
type Databases = Pick<InstanceStatus, 'databases'>;

export function databaseOf({ databases }: Databases, name: string): DatabaseStatus {
  return (
    databases?.find((database) => database.name === name) ?? expect.unreachable(`no database ${name} in the status`)
  );
}

export function extensionOf(status: Databases, database: string, name: string): DatabaseExtensionStatus {
  const { extensions } = databaseOf(status, database);
  return extensions.find((extension) => extension.name === name) ?? expect.unreachable(`no row for ${name}`);
}

/** For `waitFor`: all that is declared of it is there. */
export function isApplied(name: string): (status: Databases) => boolean {
  return ({ databases }) => databases?.find((database) => database.name === name)?.applied === true;
}

/** For `waitFor`: the row of an extension has this reason; `null`: none. */
export function hasReason(database: string, name: string, reason: string | null): (status: Databases) => boolean {
  return ({ databases }) =>
    databases?.find((one) => one.name === database)?.extensions.find((one) => one.name === name)?.reason === reason;
}
