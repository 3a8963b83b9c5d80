import { mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';

const prefix = 'pg-instance-manager-init-';

/** A folder that only we can enter, for what an initialization needs besides the cluster. One left behind is removed. */
export function openWorkFolder(runDirectory: string): string {
  try {
    for (const name of readdirSync(runDirectory)) {
      if (name.startsWith(prefix)) rmSync(join(runDirectory, name), { recursive: true, force: true });
    }
    return mkdtempSync(join(runDirectory, prefix));
  } catch (error) {
    throw new ExitError(exitCode.system, `Nothing can be written to the run folder: ${describeError(error)}.`);
  }
}

/** An open file with the secret in it, and without a name: it can be read by way of the descriptor alone. */
export function openSecret(folder: string, secret: string): number {
  const path = join(folder, 'secret');
  const descriptor = openSync(path, 'wx+', 0o600);
  rmSync(path);
  writeSync(descriptor, `${secret}\n`);
  return descriptor;
}
