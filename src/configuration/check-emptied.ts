import type { ConfigurationFile, ConfigurationProblem } from './parse-configuration.ts';

/** The files of a configuration in force, and what was to be said of it. */
export interface ReadFiles {
  readonly files: readonly ConfigurationFile[];
  readonly warnings: readonly ConfigurationProblem[];
}

const found = 'nothing any more, where there was a configuration';

/**
 * Files that have lost all their text since they were read before, as a full disk and a crash leave them: nothing in them
 * is wrong, and yet nobody may have meant it. `source` is what stands for all of them, if none is left. It stays said until
 * there is a text again; `{}` is one.
 */
export function checkEmptied(
  source: string,
  before: ReadFiles,
  files: readonly ConfigurationFile[],
): readonly ConfigurationProblem[] {
  const said = new Set(before.warnings.filter((warning) => warning.found === found).map(({ file }) => file));
  const full = new Set(before.files.filter((file) => !isBlank(file)).map(({ path }) => path));
  if (files.length === 0) return full.size > 0 || said.size > 0 ? [emptied(source)] : [];
  return files
    .filter((file) => isBlank(file) && (full.has(file.path) || said.has(file.path)))
    .map(({ path }) => emptied(path));
}

function isBlank({ text }: ConfigurationFile): boolean {
  return text.trim() === '';
}

function emptied(file: string): ConfigurationProblem {
  return {
    ...{ file, line: 0, column: 0, path: '', found },
    expected: 'a configuration, or {} if nothing is wanted',
    message:
      'what it asked for is not asked for any more; images that are still used are held, unless a removal is forced',
  };
}
