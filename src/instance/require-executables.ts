import { accessSync, constants } from 'node:fs';
import { describeError, ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';

/** As the user who will execute it. */
export function requireExecutables(binDirectory: string): void {
  const executable = `${binDirectory}/postgres`;
  try {
    accessSync(executable, constants.X_OK);
  } catch (error) {
    throw new ExitError(
      exitCode.system,
      `PostgreSQL cannot be executed as ${executable} (${describeError(error)}); give --bin-dir the folder of postgres and initdb.`,
    );
  }
}
