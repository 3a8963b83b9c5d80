import type { ElfFile } from '../elf/parse-elf.ts';

/** A library in the memory of a process, or the program itself. */
export interface LoadedObject {
  readonly path: string;
  readonly elf: ElfFile;
  /** Who needed it first; undefined for the program, and for what is opened by its path. */
  readonly neededBy: LoadedObject | undefined;
}

/** What is at a path where the loader looks for a library. */
export type LibraryAt =
  | { readonly kind: 'library'; readonly elf: ElfFile }
  /** Nothing that the loader would stop at: it goes on to the next folder. */
  | { readonly kind: 'passed-over'; readonly cause: string | undefined }
  | { readonly kind: 'damaged'; readonly cause: string };

/** The loader of the server, and where it looks. */
export interface Loader {
  readonly libc: 'glibc' | 'musl';
  /** The folders of LD_LIBRARY_PATH. */
  readonly ldLibraryPath: readonly string[];
  /** Paths that the cache has for a name, best first; musl has no cache. */
  readonly cached: (name: string) => readonly string[];
  readonly defaultFolders: readonly string[];
  /** What `$LIB` stands for: `lib/x86_64-linux-gnu`. */
  readonly libToken: string;
  readonly libraryAt: (path: string) => LibraryAt;
}
