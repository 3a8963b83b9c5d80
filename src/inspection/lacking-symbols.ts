import { symbolHash } from '../elf/symbol-table.ts';
import type { LoadedObject } from '../loader/shared-library.ts';
import type { Files } from './inspected-image.ts';

/** A library or program, and the symbols that nothing gives it. */
export interface Lacking {
  readonly object: LoadedObject;
  readonly symbols: readonly string[];
}

/**
 * What these need and none of `scope` defines. Nothing where one of them cannot be read: then nothing can be said to be missing.
 * What is in `sound` is passed over, and what lacks nothing is added to it.
 */
export function lackingSymbols(
  objects: readonly LoadedObject[],
  scope: readonly LoadedObject[],
  files: Files,
  sound: Set<string>,
): readonly Lacking[] {
  const tables = [...new Set(scope.map(({ path }) => path))].map(files.symbolsAt);
  const known = tables.filter((table) => table !== undefined);
  if (known.length < tables.length) return [];
  return objects.flatMap((object) => {
    if (sound.has(object.path)) return [];
    const needed = files.symbolsAt(object.path)?.needed ?? [];
    const symbols = needed.filter((name) => {
      const hash = symbolHash(name);
      return !known.some((table) => table.defines(hash));
    });
    if (symbols.length > 0) return [{ object, symbols }];
    sound.add(object.path);
    return [];
  });
}
