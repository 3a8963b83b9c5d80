/** All that could be of use to PostgreSQL in an image, wherever it is. */
export interface ImageTree {
  readonly root: string;
  /** Those with something in them, by path. */
  readonly folders: readonly TreeFolder[];
  /** `false`: the image has more files or deeper folders than are looked at. */
  readonly isComplete: boolean;
}

export interface TreeFolder {
  /** Absolute. */
  readonly path: string;
  /** Names of files that end with `.control`. */
  readonly controlFiles: readonly string[];
  readonly libraries: readonly TreeLibrary[];
}

export interface TreeLibrary {
  /** `libproj.so.25` */
  readonly name: string;
  /** It is a link to another file of the same folder. */
  readonly isLocalLink: boolean;
}

/** As a path of the configuration names the folder: `system`, `.`. */
export function relativeTo(root: string, path: string): string {
  return path === root ? '.' : path.slice(root.length + 1);
}
