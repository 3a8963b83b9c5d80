import { creationScripts, type InspectedExtension } from './inspected-extension.ts';
import type { Files } from './inspected-image.ts';

/** A script that CREATE EXTENSION runs for the default version. */
export interface CreationScript {
  readonly path: string;
  /** What MODULE_PATHNAME is in it. */
  readonly modulePathname: string | undefined;
  /** A byte a character: names are in ASCII, whatever the encoding is. */
  readonly text: string;
}

/**
 * Statements with something to check are written with one of these words; scripts of nothing but data have megabytes. Of
 * LANGUAGE seven letters: the search for eight takes twenty times as long.
 */
const words = ['LANGUAG', 'languag', 'Languag', 'LOAD', 'load', 'Load', 'COPY', 'copy', 'Copy'];

export function hasSomethingToCheck(bytes: Buffer): boolean {
  return words.some((word) => bytes.includes(word));
}

/** Those that can be read, and have something to check in them. */
export function readCreationScripts(extension: InspectedExtension, files: Files): readonly CreationScript[] {
  return creationScripts(extension).flatMap((script) => {
    const text = files.script(script.path);
    return text === undefined || text === '' ? [] : [{ ...script, text }];
  });
}
