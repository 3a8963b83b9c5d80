import { accessSync, constants, readdirSync } from 'node:fs';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';

/** The folder of `postgres`: on the PATH, else where Debian has it, which is not on the PATH; the newest major there. */
export function findBinDirectory(path: string | undefined): string {
  const folder = binDirectoryIfAny(path);
  if (folder === undefined) {
    throw new ExitError(
      exitCode.system,
      'No postgres executable is on the PATH or in /usr/lib/postgresql; give --bin-dir.',
    );
  }
  return folder;
}

/** The same for those who can do without; undefined if there is none. */
export function binDirectoryIfAny(path: string | undefined): string | undefined {
  return binDirectories(path)[0];
}

/** All of them, the one that counts first. */
export function binDirectories(path: string | undefined): readonly string[] {
  return [...(path ?? '').split(':'), ...debianFolders()].filter(
    (candidate) => candidate.startsWith('/') && isExecutable(`${candidate}/postgres`),
  );
}

/** A program on the PATH. */
export function findProgram(path: string | undefined, name: string): string | undefined {
  return (path ?? '')
    .split(':')
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => `${folder}/${name}`)
    .find(isExecutable);
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
