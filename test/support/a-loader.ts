import { type ElfFile, parseElf } from '../../src/elf/parse-elf.ts';
import type { LibraryAt, Loader } from '../../src/loader/shared-library.ts';
import { type ElfRecipe, elfFile, sourceOf } from './an-elf-file.ts';

/** A file by its path: what it is made of, a link to another path, or why it cannot be had. */
export type FakeFiles = Readonly<
  Record<string, ElfRecipe | { readonly link: string } | Exclude<LibraryAt, { readonly kind: 'library' }>>
>;

/** A loader that looks at files that are in no folder of this machine. */
export function aLoader(files: FakeFiles, changes: Partial<Loader> = {}): Loader {
  const libraryAt = (path: string): LibraryAt => {
    const file = files[path];
    if (file === undefined) return { kind: 'passed-over', cause: undefined };
    if ('link' in file) return libraryAt(file.link);
    return 'kind' in file ? file : { kind: 'library', elf: anElf(file), file: path };
  };
  return {
    libc: 'glibc',
    ldLibraryPath: [],
    cached: () => undefined,
    defaultFolders: ['/lib', '/usr/lib'],
    libToken: 'lib/x86_64-linux-gnu',
    platformTokens: ['x86_64', 'haswell'],
    subfolders: () => [],
    libraryAt,
    ...changes,
  };
}

/** As it is read from a file. */
export function anElf(recipe: ElfRecipe): ElfFile {
  const parsed = parseElf(sourceOf(elfFile(recipe)));
  if (parsed.kind !== 'elf') throw new Error(JSON.stringify(parsed));
  return parsed.elf;
}
