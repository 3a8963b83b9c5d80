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

/** Those that can be read. */
export function readCreationScripts(extension: InspectedExtension, files: Files): readonly CreationScript[] {
  return creationScripts(extension).flatMap((script) => {
    const bytes = files.script(script.path);
    return bytes === undefined ? [] : [{ ...script, text: bytes.toString('latin1') }];
  });
}
