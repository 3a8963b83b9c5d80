import { accessSync, constants } from 'node:fs';
import { describeError, ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';

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
