import { accessSync, constants, readdirSync } from 'node:fs';
import { describeError, ExitError, errorCode } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { type InitScript, initScripts } from './init-script.ts';

/** Before a cluster is made: one that was made without the scripts that nobody could read would be taken for whole. */
export function observeInitScripts(folder: string): readonly InitScript[] {
  try {
    const scripts = initScripts(folder, namesIn(folder));
    for (const { kind, path } of scripts) if (kind !== 'ignored') accessSync(path, constants.R_OK);
    return scripts;
  } catch (error) {
    throw new ExitError(
      exitCode.system,
      `The init scripts in ${folder} cannot be read: ${describeError(error)}. Make the folder and its files readable for the user who runs PostgreSQL.`,
    );
  }
}

/** It may be absent: most have no scripts. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
