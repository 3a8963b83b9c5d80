import { showName } from '../lib/show-name.ts';

/** The beginning of a sentence about an extension. */
export function extensionIn(extension: string, database: string): string {
  return `The extension ${showName(extension)} of the database ${showName(database)}`;
}

/** As it is to be written into the configuration; always in quotes, since YAML would read `1.10` as a number. */
export function versionKey(version: string): string {
  const shown = showName(version);
  return `version: ${shown.startsWith('"') ? shown : `"${shown}"`}`;
}

/** The highest first, as far as one can tell; PostGIS alone has dozens. */
export function listVersions(versions: Iterable<string>): string {
  const all = [...versions];
  // `ANY` and `unpackaged` are names of scripts that lead from any version; nobody wants to be there.
  const numbered = all.filter((version) => /\d/.test(version));
  const shown = numbered.length > 0 ? numbered : all;
  return listNames(highestFirst(shown));
}

/** `a, b and c`, or the first of them and how many more there are. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, mostListed).map(showName);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  const last = shown.at(-1);
  return shown.length < 2 || last === undefined ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

/** The highest of them, as far as one can tell. */
export function highestVersion(versions: readonly string[]): string | undefined {
  return highestFirst(versions.filter((version) => /\d/.test(version)))[0];
}

const mostListed = 8;

function highestFirst(versions: readonly string[]): readonly string[] {
  // Made here: the first one loads the rules of sorting, for which PostgreSQL would wait 7 ms.
  const byNumbers = new Intl.Collator('en', { numeric: true });
  return versions.toSorted((a, b) => byNumbers.compare(b, a));
}
