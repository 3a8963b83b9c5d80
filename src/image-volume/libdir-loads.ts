/** Finds the libraries that an SQL script loads with `LOAD '$libdir/…'`. */
export interface LibdirLoadScanner {
  /** Pieces of any size, one after the other. */
  readonly push: (text: string) => void;
  /** After the last piece: the libraries as the script names them (`$libdir/postgis-3`), each once. */
  readonly end: () => readonly string[];
}

/** A longer line is data; its end is not looked at. */
const maxLineCharacters = 64 * 1024;

/**
 * Line by line, so that a quote that is not understood spoils one line only. What counts is a line that begins with
 * LOAD and is in no comment; comments nest: https://www.postgresql.org/docs/18/sql-syntax-lexical.html#SQL-SYNTAX-COMMENTS
 */
export function libdirLoadScanner(): LibdirLoadScanner {
  const libraries = new Set<string>();
  let depth = 0;
  let rest = '';

  function scan(lines: string): void {
    let commentEnd = 0;
    const opensComment = beginningsOf(lines);
    for (const { 0: token, 1: library, index } of lines.matchAll(
      /\/\*|\*\/|^[ \t]*LOAD[ \t]*'(\$libdir\/[^'\n]+)'/gim,
    )) {
      if (token === '*/') {
        depth = Math.max(0, depth - 1);
        commentEnd = index + token.length;
      } else if (token === '/*') {
        if (depth > 0 || opensComment(index, commentEnd)) depth += 1;
      } else if (depth === 0 && library !== undefined) libraries.add(library);
    }
  }

  return {
    push: (text) => {
      const end = text.lastIndexOf('\n') + 1;
      if (end > 0) scan(rest + text.slice(0, end));
      rest = ((end > 0 ? '' : rest) + text.slice(end)).slice(0, maxLineCharacters);
    },
    end: () => {
      scan(rest);
      rest = '';
      return [...libraries];
    },
  };
}

/**
 * Tells whether what looks like the beginning of a comment is one, by what stands before it on its line: not behind `--`,
 * and not inside a string. Asked from front to back, it looks at each character once.
 */
function beginningsOf(lines: string): (index: number, commentEnd: number) => boolean {
  const before = { end: 0, dashes: false, quotes: 0 };
  return (index, commentEnd) => {
    const piece = lines.slice(Math.max(before.end, commentEnd), index);
    const newline = piece.lastIndexOf('\n');
    if (commentEnd > before.end || newline >= 0) Object.assign(before, { dashes: false, quotes: 0 });
    const onLine = piece.slice(newline + 1);
    before.end = index;
    before.dashes ||= onLine.includes('--');
    before.quotes += onLine.split("'").length - 1;
    return !before.dashes && before.quotes % 2 === 0;
  };
}

/**
 * Whether there is anything to scan for: bytes are searched much faster than lines, and hardly any script has it. Comments
 * count, too.
 */
export function hasLibdirLoad(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(prefix); at >= 0; at = bytes.indexOf(prefix, at + 1)) {
    let end = at - 1;
    if (bytes[end] !== quote) continue;
    while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0x09)) end -= 1;
    if (/^load$/i.test(bytes.toString('latin1', Math.max(0, end - 4), end))) return true;
  }
  return false;
}

/** Searched for without the quote before it: quotes are in all data. */
const prefix = '$libdir/';
const quote = 0x27;
