import { join } from 'node:path';
import { type CheckFlags, checkImages } from '../../../src/cli/check-command.ts';
import { lookAtImages } from '../../../src/inspection/look-at-images.ts';
import type { Finding } from '../../../src/lib/finding.ts';
import { type ExtensionRecipe, extensionImage } from '../../support/extension-kit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { postgresBinDir } from '../../support/throwaway-postgres.ts';

/** Has one function in C, in a library that the server itself does not have under this name. */
export const sound: ExtensionRecipe = {
  name: 'sound',
  control: [`default_version = '1.0'`, `module_pathname = '$libdir/sound_lib'`],
  scripts: { '1.0': `CREATE FUNCTION sound(text) RETURNS text AS 'MODULE_PATHNAME', 'soundex' LANGUAGE C STRICT;\n` },
  libraries: { sound_lib: 'fuzzystrmatch' },
};

/** uuid-ossp under another name: the server has its own, with its library beside it. */
export const uuid: ExtensionRecipe = {
  name: 'uuid_image',
  control: [`default_version = '1.0'`],
  scripts: { '1.0': `CREATE FUNCTION nil() RETURNS uuid AS 'uuid_image', 'uuid_nil' LANGUAGE C;\n` },
  libraries: { uuid_image: 'uuid-ossp' },
};

/** The one that it needs. */
export const uuidLibrary = 'libossp-uuid.so.16';

/** The folder of an image with these extensions in it. */
export function imageOf(...recipes: readonly ExtensionRecipe[]): string {
  const folder = temporaryFolder('images');
  extensionImage(folder, 'image', ...recipes);
  return join(folder, 'image');
}

/** What would be said of a folder with the default entry, and folders for the loader. */
export async function check(image: string, ldLibraryPath: readonly string[] = []): Promise<readonly Finding[]> {
  const subject = {
    name: 'image',
    mountPath: image,
    extensionControlPath: ['share'],
    dynamicLibraryPath: ['lib'],
    ldLibraryPath,
    binPath: [],
    declared: { extensionControlPath: false, dynamicLibraryPath: false },
  };
  const { findings } = await lookAtImages([subject], postgresBinDir(), []);
  return findings.filter(({ severity }) => severity !== 'info');
}

/** The command `check`, with the embedded PostgreSQL or another, as it ends and what it writes. */
export async function checkCommand(
  names: readonly string[],
  flags: Pick<CheckFlags, 'config' | 'extensionsDir' | 'suggest'>,
  binDirectory: () => string | undefined = postgresBinDir,
): Promise<{ readonly code: number; readonly text: string }> {
  const written: string[] = [];
  const paths = { extensionControlPath: [], dynamicLibraryPath: [], ldLibraryPath: [] };
  const code = await checkImages(
    names,
    { ...paths, output: 'text', ...flags },
    {
      hasColours: false,
      write: (text) => written.push(text),
      absolute: (path) => path,
      binDirectory,
      ldLibraryPath: undefined,
    },
  );
  return { code, text: written.join('') };
}

/** What a session says before CREATE EXTENSION, for it to find the image. */
export function findIn(image: string): string {
  return `SET extension_control_path = '$system:${image}/share'; SET dynamic_library_path = '$libdir:${image}/lib';`;
}
