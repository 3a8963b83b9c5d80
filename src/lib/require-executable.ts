import { accessSync, constants } from 'node:fs';
import { describeError, ExitError } from './errors.ts';
import { exitCode } from './exit-code.ts';

/** As the user who will execute it. */
export function requireExecutable(path: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch (error) {
    throw new ExitError(
      exitCode.system,
      `PostgreSQL's ${path} cannot be executed (${describeError(error)}); give --bin-dir the folder of postgres and initdb.`,
    );
  }
}
