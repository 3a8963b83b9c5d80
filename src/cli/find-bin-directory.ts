import { accessSync, constants, readdirSync } from 'node:fs';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';

/** The folder of `postgres`: on the PATH, else where Debian has it, which is not on the PATH; the newest major there. */
export function findBinDirectory(path: string | undefined): string {
  const folder = [...(path ?? '').split(':'), ...debianFolders()].find(
    (candidate) => candidate.startsWith('/') && isExecutable(`${candidate}/postgres`),
  );
  if (folder === undefined) {
    throw new ExitError(
      exitCode.system,
      'No postgres executable is on the PATH or in /usr/lib/postgresql; give --bin-dir.',
    );
  }
  return folder;
}

function debianFolders(): readonly string[] {
  const root = '/usr/lib/postgresql';
  try {
    return readdirSync(root)
      .filter((name) => /^\d+$/.test(name))
      .sort((a, b) => Number(b) - Number(a))
      .map((major) => `${root}/${major}/bin`);
  } catch {
    // not a Debian
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
