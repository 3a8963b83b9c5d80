import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { readMajor } from './data-directory.ts';

/** How the official images lay data out since PostgreSQL 18: a folder for each major below one volume. */
const newLayout = /^(?<volume>.+)\/\d+\/docker$/;

/**
 * A volume that an older image was used with has its cluster in another folder. A new, empty one beside it would look as
 * if all data were lost.
 */
export function refuseOlderLayout(dataDirectory: string): void {
  const volume = newLayout.exec(dataDirectory)?.groups?.['volume'];
  if (volume === undefined) return;
  const folders = [volume, join(volume, 'data'), ...namesIn(volume).map((name) => join(volume, name, 'docker'))];
  const found = folders.find((folder) => folder !== dataDirectory && majorIn(folder) !== undefined);
  if (found === undefined) return;
  throw new ExitError(
    exitCode.configuration,
    `The data folder ${dataDirectory} is empty, but ${found} has a cluster of PostgreSQL ${majorIn(found)}: it would not be used. Upgrade it with pg_upgrade (https://www.postgresql.org/docs/18/pgupgrade.html), or set PGDATA to the folder that is meant.`,
  );
}

function majorIn(folder: string): number | undefined {
  try {
    return readMajor(folder);
  } catch {
    // What we may not enter is not what was mounted for us.
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
