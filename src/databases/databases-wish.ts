import type { DatabaseDeclaration } from '../configuration/database-declaration.ts';
import type { LeavingImage } from '../removal/leaving-images.ts';

/** What an image brings. */
export interface ImageOffer {
  readonly name: string;
  /** `held`: it left the configuration, and is there as long as something uses it. */
  readonly role: 'configured' | 'held';
  readonly provides: readonly string[];
  /** File names as they are: `hstore.so`. */
  readonly libraries: readonly string[];
  /** Folders of control files and scripts, as elements of extension_control_path. */
  readonly controlPath: readonly string[];
}

/** All that the databases are held against; made anew by each pass over the configuration. */
export interface DatabasesWish {
  readonly declarations: readonly DatabaseDeclaration[];
  readonly images: readonly ImageOffer[];
  readonly leaving: readonly LeavingImage[];
  /** What the server brings itself. */
  readonly server: { readonly provides: readonly string[]; readonly libraries: readonly string[] };
  readonly libraryDirectory: string | undefined;
  readonly preload: {
    readonly running: readonly string[];
    readonly desired: readonly string[];
    /** Without those that are only held. */
    readonly named: readonly string[];
  };
  /** What failed is tried again at once under other circumstances: other settings in force, another postmaster. */
  readonly circumstances: string;
}
