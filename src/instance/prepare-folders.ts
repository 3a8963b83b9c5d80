import {
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describeError, ExitError, errorCode } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';

/** Makes a folder if it is not there, and its parents so that everybody can pass; an existing one keeps its mode. */
export function ensureFolder(path: string, mode: number, what: string): void {
  try {
    if (existsSync(path)) return;
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    // Recursive, so that a second manager that makes it at the same moment is no failure.
    mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    throw new ExitError(exitCode.system, `The ${what} ${path} cannot be made: ${describeError(error)}.`);
  }
}

export function realFolder(path: string, what: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    throw new ExitError(exitCode.system, `The ${what} ${path} cannot be entered: ${describeError(error)}.`);
  }
}

/**
 * Gives a folder, and if it was somebody else's all that is in it, to the user who will run PostgreSQL. Only as root, and
 * never through a symbolic link: what it points to may be anything.
 */
export function giveFolder(path: string, owner: { readonly uid: number; readonly gid: number }, what: string): void {
  const descriptor = openItself(path, what);
  try {
    if (fstatSync(descriptor).uid === owner.uid) return;
    giveContents(descriptor, owner);
    fchownSync(descriptor, owner.uid, owner.gid);
  } catch (error) {
    const why = describeError(error);
    throw new ExitError(exitCode.system, `The ${what} ${path} cannot be given to the uid ${owner.uid}: ${why}.`);
  } finally {
    closeSync(descriptor);
  }
}

function openItself(path: string, what: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const isLink = errorCode(error) === 'ELOOP' || (errorCode(error) === 'ENOTDIR' && lstatSync(path).isSymbolicLink());
    const why = isLink
      ? 'is a symbolic link, which is not followed as root; name the folder itself'
      : describeError(error);
    throw new ExitError(exitCode.system, `The ${what} ${path} ${isLink ? why : `cannot be opened: ${why}`}.`);
  }
}

/** By way of the open folder, not by its path, so that no link can be put in between. */
function giveContents(descriptor: number, owner: { readonly uid: number; readonly gid: number }): void {
  const folder = `/proc/self/fd/${descriptor}`;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const child = join(folder, entry.name);
    try {
      if (entry.isDirectory()) giveSubfolder(child, owner);
      else lchownSync(child, owner.uid, owner.gid);
    } catch (error) {
      // Gone since it was listed: another manager that starts at the same moment may already be at work in here.
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
}

function giveSubfolder(path: string, owner: { readonly uid: number; readonly gid: number }): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    giveContents(descriptor, owner);
    fchownSync(descriptor, owner.uid, owner.gid);
  } finally {
    closeSync(descriptor);
  }
}
