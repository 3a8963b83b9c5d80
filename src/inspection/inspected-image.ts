import type { MagicBlock } from '../elf/magic-block.ts';
import type { ReadElf } from '../elf/read-elf.ts';
import type { SymbolTable } from '../elf/symbol-table.ts';
import type { CheckedImageVolume } from '../image-volume/check-image-volume.ts';
import type { ObservedImageVolume } from '../image-volume/observe-image-volume.ts';
import type { Finding, Reason, Severity } from '../lib/finding.ts';
import type { LoadFailure, Process } from '../loader/load-library.ts';
import type { Loader } from '../loader/shared-library.ts';
import type { LibraryLookup } from '../settings/preload-libraries.ts';
import type { ImageTree } from './image-tree.ts';
import type { InspectedExtension } from './inspected-extension.ts';

/** An image as it is mounted, with all that is in it. */
export interface InspectedImage {
  readonly observed: ObservedImageVolume;
  readonly checked: Pick<CheckedImageVolume, 'usable' | 'provides'>;
  readonly tree: ImageTree;
  readonly extensions: readonly InspectedExtension[];
}

/** The server that is to load what the images bring. */
export interface InspectedServer {
  /** `/usr/lib/postgresql/18/bin/postgres` */
  readonly path: string;
  /** What its own libraries say that they were built for; undefined where none of them says it. */
  readonly magic: MagicBlock | undefined;
  readonly loader: Loader;
  readonly process: Process;
  /** What keeps the loader from starting it. */
  readonly startFailures: readonly LoadFailure[];
  /** The libraries of the system that it and its own modules load if there is no LD_LIBRARY_PATH: path by name. */
  readonly ownLibraries: ReadonlyMap<string, string>;
  /** Its own libraries that PostgreSQL can load: `/usr/lib/postgresql/18/lib/plpgsql.so`. */
  readonly modules: readonly string[];
  /** The extensions that it brings itself. */
  readonly extensions: ReadonlySet<string>;
}

/** How the checks look at files; each file is read once. */
export interface Files {
  readonly elfAt: (path: string) => ReadElf;
  /** What a library has for others and needs of them; undefined if it cannot be read. */
  readonly symbolsAt: (path: string) => SymbolTable | undefined;
  /** The names of what it needs. */
  readonly neededNamesIn: (path: string) => readonly string[];
  /** The names of libraries that stand in a library as texts. */
  readonly libraryNamesIn: (path: string) => readonly string[];
  /** The names of the files in a folder; undefined if it cannot be listed. */
  readonly namesIn: (folder: string) => readonly string[] | undefined;
  /**
   * The parts of a script with something to check, a byte a character; empty where there is none, and undefined if it
   * cannot be read or is very large.
   */
  readonly script: (path: string) => string | undefined;
  readonly haveSameContent: (one: string, other: string) => boolean;
  /** As PostgreSQL looks for the libraries of functions. */
  readonly lookUp: (probins: readonly string[]) => ReadonlyMap<string, LibraryLookup>;
}

/** All that the checks go by. `server` is undefined where there is no PostgreSQL to compare with. */
export interface Inspection {
  readonly images: readonly InspectedImage[];
  readonly server: InspectedServer | undefined;
  readonly files: Files;
}

export function imageFinding(image: InspectedImage, severity: Severity, reason: Reason, message: string): Finding {
  return { severity, reason, subject: `extension/${image.observed.name}`, message };
}

/** `a, b and 3 more` */
export function listed(names: readonly string[], most = 5): string {
  const unique = [...new Set(names)];
  const shown = unique.slice(0, most).join(', ');
  return unique.length > most ? `${shown} and ${unique.length - most} more` : shown;
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `a.so needs`, `a.so, b.so need` */
export function needing(names: readonly string[]): string {
  return `${listed(names)} ${new Set(names).size === 1 ? 'needs' : 'need'}`;
}
