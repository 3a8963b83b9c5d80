import { posix } from 'node:path';
import type { Finding } from '../lib/finding.ts';
import type { CreationScript } from './creation-scripts.ts';
import type { InspectedExtension } from './inspected-extension.ts';
import { type Files, fileName, type InspectedImage, imageFinding } from './inspected-image.ts';

/** Files that the scripts of CREATE EXTENSION read by a path, which was right where the package was installed. */
export function checkReadFiles(
  image: InspectedImage,
  extension: InspectedExtension,
  scripts: readonly CreationScript[],
  files: Files,
): readonly Finding[] {
  const beside = files.namesIn(extension.scripts) ?? [];
  const told = new Set<string>();
  return scripts.flatMap(({ path: script, text }) =>
    copiedFrom(text).flatMap((path) => {
      const isThere = files.namesIn(posix.dirname(path))?.includes(posix.basename(path)) ?? false;
      if (isThere || told.has(path)) return [];
      told.add(path);
      // What else it might be for, and when, the text of a script does not tell.
      const isBrought = beside.includes(posix.basename(path));
      const remedy = isBrought
        ? `The image has it in ${extension.scripts}: write that path in the script.`
        : 'Add it to the image, and write its path there in the script.';
      const effect = isBrought ? 'would fail' : 'may fail';
      const message = `CREATE EXTENSION ${extension.name} ${effect}: ${fileName(script)} reads ${path}, which is not there. ${remedy}`;
      return [imageFinding(image, isBrought ? 'error' : 'warning', 'PathMissing', message)];
    }),
  );
}

function copiedFrom(text: string): readonly string[] {
  const found = text.matchAll(/\bCOPY\b[^;'\n]{1,400}\bFROM\s{1,20}'(?<path>\/[^'\n]{1,400})'/gi);
  return [...found].flatMap(({ groups }) => groups?.['path'] ?? []);
}
