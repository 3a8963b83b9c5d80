import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import { splitPathList } from './guc-list.ts';

/**
 * The folder, or the closest one above it up to `top`, to which every user may write; undefined if there is none, or no such
 * folder. Who may write to a folder above can put another in its place, unless its sticky bit keeps him from that.
 */
export function writableByOthers(folder: string, top: string): string | undefined {
  try {
    const real = realpathSync.native(folder);
    if (mayWrite(real, 0o002)) return folder;
    for (let above = dirname(real); real.startsWith(top) && above.startsWith(top); above = dirname(above)) {
      if (mayWrite(above, 0o1002)) return above;
      if (above === '/') break;
    }
    return undefined;
  } catch (error) {
    fileErrorOf(error);
    return undefined;
  }
}

/** Of the absolute elements of a path that the user has set himself, those to which every user may write. */
export function observeWritableElements(value: string | undefined): readonly string[] {
  const absolute = splitPathList(value ?? '').filter((element) => element.startsWith('/'));
  return [...new Set(absolute.flatMap((element) => writableByOthers(element, '/') ?? []))];
}

/** Whether every user may take away what is in the folder, and put something of his own in its place. */
export function isOpenToAll(folder: string): boolean {
  try {
    return mayWrite(folder, 0o1002);
  } catch (error) {
    fileErrorOf(error);
    return false;
  }
}

/** Others may write, and no sticky bit is set where it is looked for. */
function mayWrite(folder: string, bits: number): boolean {
  return (statSync(folder).mode & bits) === 0o002;
}
