/**
 * Values that are lists. Paths are joined by colons and know no quoting; libraries and identifiers are joined by
 * commas, with double quotes around an element that contains one.
 */

/** `malformed` is what PostgreSQL calls "invalid list syntax": it then ignores the whole list. */
export type SplitList = { readonly kind: 'list'; readonly names: readonly string[] } | { readonly kind: 'malformed' };

/** The elements of `extension_control_path` or `dynamic_library_path`; empty ones mean nothing and are dropped. */
export function splitPathList(value: string): readonly string[] {
  return value.split(':').filter((element) => element !== '');
}

/**
 * The elements of `shared_preload_libraries` and its like: case is kept and an unquoted element may contain blanks.
 * https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-SHARED-PRELOAD-LIBRARIES
 */
export function splitLibraryList(value: string): SplitList {
  return splitList(value, /[^,]+/y, trimBlanksAtEnd);
}

/** A list of SQL identifiers (`requires` of a control file): an unquoted one is folded to lower case. */
export function splitIdentifierList(value: string): SplitList {
  return splitList(value, /[^, \t\n\r\v\f]+/y, (name) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
}

/** The reverse of {@link splitLibraryList}. */
export function renderLibraryList(names: readonly string[]): string {
  return names.map(renderElement).join(', ');
}

function renderElement(name: string): string {
  const plain = name !== '' && !/[,"\s]/.test(name);
  return plain ? name : `"${name.replaceAll('"', '""')}"`;
}

const space = /[ \t\n\r\v\f]*/y;
const quoted = /"((?:[^"]|"")*)"/y;

function splitList(value: string, unquoted: RegExp, clean: (name: string) => string): SplitList {
  const names: string[] = [];
  let position = skip(space, value, 0);
  if (position === value.length) return { kind: 'list', names };
  while (true) {
    const pattern = value.charAt(position) === '"' ? quoted : unquoted;
    pattern.lastIndex = position;
    const match = pattern.exec(value);
    if (match === null) return { kind: 'malformed' };
    const body = match[1];
    names.push(body === undefined ? clean(match[0]) : body.replaceAll('""', '"'));
    position = skip(space, value, position + match[0].length);
    if (position === value.length) return { kind: 'list', names };
    if (value.charAt(position) !== ',') return { kind: 'malformed' };
    position = skip(space, value, position + 1);
  }
}

/** A loop, because a regular expression for it takes quadratic time on many blanks in the middle. */
function trimBlanksAtEnd(name: string): string {
  let end = name.length;
  while (end > 0 && ' \t\n\r\v\f'.includes(name.charAt(end - 1))) end -= 1;
  return name.slice(0, end);
}

function skip(pattern: RegExp, value: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.test(value) ? pattern.lastIndex : position;
}
