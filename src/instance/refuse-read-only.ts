import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { isReadOnly } from '../reconcile/observe-disks.ts';
import type { InstanceOptions } from '../reconcile/options.ts';

/** PostgreSQL would only try in vain, again and again; what is to be done is outside of this container. */
export function refuseReadOnly({ dataDirectory, runDirectory }: InstanceOptions): void {
  for (const [what, path] of [
    ['data folder', dataDirectory],
    ['run folder', runDirectory],
  ] as const) {
    if (!isReadOnly(path)) continue;
    throw new ExitError(
      exitCode.system,
      `The ${what} ${path} is on a disk that is read-only, and PostgreSQL has to write there; mount it read-write.`,
    );
  }
}
