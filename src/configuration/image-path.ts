import type { Refusal } from '../documents/complaint.ts';

/**
 * A path as it was declared becomes clean and relative to the root of the image: `/system/` is `system`, `/` is `.`.
 * Purely lexical; whether symbolic links stay inside is seen where the image is mounted.
 */
export function cleanImagePath(path: string): string {
  return cleanSegments(path).join('/') || '.';
}

/** Why a path inside an image is not acceptable, or nothing if it is. */
export function refuseImagePath(path: string): Refusal | undefined {
  if (path === '') return { expected: 'a path inside the image', message: 'value cannot be empty' };
  // The lists have no escape: a colon would end one element and begin another, and PostgreSQL refuses to load anything
  // at all when an element of dynamic_library_path is not absolute.
  // https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-DYNAMIC-LIBRARY-PATH
  if (path.includes(':')) {
    return { expected: 'a path without a colon', message: 'a colon separates the paths of a list; rename the folder' };
  }
  if (hasControlCharacter(path)) {
    return { expected: 'a path without control characters', message: 'take the control character out' };
  }
  if (cleanSegments(path)[0] === '..') {
    return { expected: 'a path inside the image', message: 'path must not escape the extension directory' };
  }
  return undefined;
}

/** The same for ld_library_path, where the loader takes a semicolon for a colon: https://man7.org/linux/man-pages/man8/ld.so.8.html */
export function refuseLoaderPath(path: string): Refusal | undefined {
  if (path.includes(';')) {
    return {
      expected: 'a path without a semicolon',
      message: 'a semicolon separates the paths of LD_LIBRARY_PATH; rename the folder',
    };
  }
  return refuseImagePath(path);
}

/** C0, DEL and C1: nothing that belongs in a name, and a line break would end a line of a generated file. */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

// A `..` at the front of the result climbs out of the image.
function cleanSegments(path: string): readonly string[] {
  const clean: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    const last = clean.at(-1);
    if (segment === '..' && last !== undefined && last !== '..') clean.pop();
    else clean.push(segment);
  }
  return clean;
}
