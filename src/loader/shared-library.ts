import type { ElfFile } from '../elf/parse-elf.ts';

/** A library in the memory of a process, or the program itself. */
export interface LoadedObject {
  /** As it was opened: `$ORIGIN` goes by it, and no link in it is followed. */
  readonly path: string;
  readonly elf: ElfFile;
  /** The same for all paths of one file, which is loaded once. */
  readonly file: string;
  /** Who needed it first; undefined for the program, and for what is opened by its path. */
  readonly neededBy: LoadedObject | undefined;
}

/** What is at a path where the loader looks for a library. */
export type LibraryAt =
  | { readonly kind: 'library'; readonly elf: ElfFile; readonly file: string }
  /** Nothing that the loader would stop at: it goes on to the next folder. The cause is undefined if nothing is there. */
  | { readonly kind: 'passed-over'; readonly cause: string | undefined }
  /** glibc goes on behind the list of folders in which this happened, musl gives up. */
  | { readonly kind: 'unreadable'; readonly cause: string }
  /** It is taken and cannot be loaded, and with it whatever needs it. */
  | { readonly kind: 'damaged'; readonly cause: string };

/** The loader of the server, and where it looks. */
export interface Loader {
  readonly libc: 'glibc' | 'musl';
  /** The elements of LD_LIBRARY_PATH, as they are written between colons. */
  readonly ldLibraryPath: readonly string[];
  /** The path that the cache has for a name; musl has no cache. */
  readonly cached: (name: string) => string | undefined;
  readonly defaultFolders: readonly string[];
  /** What `$LIB` stands for: `lib/x86_64-linux-gnu`. */
  readonly libToken: string;
  /** What `$PLATFORM` may stand for, which depends on the processor and on the version of glibc. */
  readonly platformTokens: readonly string[];
  /** The subfolders of a folder in which glibc looks before it looks there, best first: `glibc-hwcaps/x86-64-v3`. */
  readonly subfolders: (folder: string) => readonly string[];
  readonly libraryAt: (path: string) => LibraryAt;
}
