/**
 * Which file of the embedded PostgreSQL goes where in the demo: into the server, or into one of the extension images
 * that are carved out of it.
 */

/** One extension inside an image. `folder` is its subfolder in the image, `''` for the root of the image. */
interface ImagePart {
  readonly extension: string;
  readonly folder: string;
}

interface DemoImage {
  readonly name: string;
  readonly parts: readonly ImagePart[];
  /** Shared libraries that the extension's own library is linked to; they go into the image's `system/`. */
  readonly systemLibraries: readonly string[];
}

export const demoImages = [
  {
    name: 'uuid-ossp',
    parts: [{ extension: 'uuid-ossp', folder: '' }],
    // uuid-ossp.so looks for it in $ORIGIN/.. only (its RUNPATH), which is the root of the image: not in system/.
    systemLibraries: ['libossp-uuid.so.16'],
  },
  {
    name: 'geo',
    parts: [
      { extension: 'cube', folder: 'cube/' },
      { extension: 'earthdistance', folder: 'earthdistance/' },
    ],
    systemLibraries: [],
  },
  { name: 'hstore', parts: [{ extension: 'hstore', folder: '' }], systemLibraries: [] },
  { name: 'pg_stat_statements', parts: [{ extension: 'pg_stat_statements', folder: '' }], systemLibraries: [] },
] as const satisfies readonly DemoImage[];

/** Increase it when files go elsewhere than before: folders laid out by an older version are laid out again. */
export const demoLayoutVersion = 1;

/** A symbolic link of the embedded PostgreSQL: both paths are relative to its `native/` folder. */
export interface NativeLink {
  readonly path: string;
  readonly pointsTo: string;
}

/** A step of the lay-out. `to` is relative to the demo's folder, `from` to `native/`. */
export type DemoFile =
  | { readonly kind: 'copy'; readonly from: string; readonly to: string; readonly mode: number }
  | { readonly kind: 'link'; readonly to: string; readonly pointsTo: string };

/** Every file of the demo. `nativeFiles`: the regular files, relative to `native/`, with forward slashes. */
export function planDemoFiles(nativeFiles: readonly string[], links: readonly NativeLink[]): readonly DemoFile[] {
  return [
    ...nativeFiles.map((from): DemoFile => ({ kind: 'copy', from, to: demoPathOf(from), mode: modeOf(from) })),
    ...links.map((link): DemoFile => ({ kind: 'link', to: demoPathOf(link.path), pointsTo: linkTarget(link) })),
  ];
}

/** The folder in which the demo keeps a file of `native/`: `server/…` or `extensions/<image>/…`. */
function demoPathOf(nativePath: string): string {
  for (const image of demoImages) {
    const inImage = imagePathOf(image, nativePath);
    if (inImage !== undefined) {
      return `extensions/${image.name}/${inImage}`;
    }
  }
  return `server/${nativePath}`;
}

function imagePathOf(image: DemoImage, nativePath: string): string | undefined {
  const name = nativePath.slice(nativePath.lastIndexOf('/') + 1);
  if (nativePath === `lib/${name}` && image.systemLibraries.includes(name)) {
    return `system/${name}`;
  }
  for (const { extension, folder } of image.parts) {
    if (nativePath === `lib/postgresql/${extension}.so`) {
      return `${folder}lib/${name}`;
    }
    if (nativePath === `share/postgresql/extension/${name}` && isExtensionFile(name, extension)) {
      return `${folder}share/extension/${name}`;
    }
  }
  return undefined;
}

/** `hstore_plperl.control` and its scripts are not hstore's: https://www.postgresql.org/docs/18/extend-extensions.html */
function isExtensionFile(name: string, extension: string): boolean {
  return name === `${extension}.control` || (name.startsWith(`${extension}--`) && name.endsWith('.sql'));
}

function modeOf(nativePath: string): number {
  return nativePath.startsWith('bin/') ? 0o755 : 0o644;
}

/** The links of the package stay within one folder; a relative link survives a move of the demo's folder. */
function linkTarget(link: NativeLink): string {
  const depth = link.path.split('/').length - 1;
  const folder = link.path.slice(0, link.path.lastIndexOf('/') + 1);
  return link.pointsTo.startsWith(folder)
    ? link.pointsTo.slice(folder.length)
    : `${'../'.repeat(depth)}${link.pointsTo}`;
}
