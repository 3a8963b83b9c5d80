import { symbolHash } from '../elf/symbol-hash.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import type { LoadedObject } from '../loader/shared-library.ts';
import type { Files } from './inspected-image.ts';

/** A library or program, and the symbols that nothing gives it. */
export interface Lacking {
  readonly object: LoadedObject;
  readonly symbols: readonly string[];
}

/** What was found of libraries that several modules need. */
export interface KnownSymbols {
  /** Libraries in which nothing is missing: what each needs it brings along, whoever needs it. */
  readonly sound: Set<string>;
  /** By hash, where one was found last: many need the same of the same library. */
  readonly where: Map<number, SymbolTable>;
}

export function knownSymbols(): KnownSymbols {
  return { sound: new Set(), where: new Map() };
}

/**
 * What these need and none of `scope` defines. Nothing where one of them cannot be read: then nothing can be said to be missing.
 * What is known to be sound is passed over, and what lacks nothing is added to it.
 */
export function lackingSymbols(
  objects: readonly LoadedObject[],
  scope: readonly LoadedObject[],
  files: Files,
  { sound, where }: KnownSymbols,
): readonly Lacking[] {
  const byPath = new Map(scope.map(({ path }) => [path, files.symbolsAt(path)] as const));
  const known = new Set([...byPath.values()].filter((table) => table !== undefined));
  if ([...byPath.values()].includes(undefined)) return [];
  return objects.flatMap((object) => {
    if (sound.has(object.path)) return [];
    // What it says that it needs comes first: nearly all of it is there.
    const near = scope.filter(({ elf }) => elf.soname !== undefined && object.elf.needed.includes(elf.soname));
    const tables = [...new Set([...near.flatMap(({ path }) => byPath.get(path) ?? []), ...known])];
    const lacking = (files.symbolsAt(object.path)?.needed ?? []).filter((hash) => {
      const last = where.get(hash);
      if (last !== undefined && known.has(last)) return false;
      const found = tables.find((table) => table.defines(hash));
      if (found !== undefined) where.set(hash, found);
      return found === undefined;
    });
    if (lacking.length === 0) {
      sound.add(object.path);
      return [];
    }
    const missing = new Set(lacking);
    return [{ object, symbols: files.neededNamesIn(object.path).filter((name) => missing.has(symbolHash(name))) }];
  });
}
