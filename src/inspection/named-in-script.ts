/** A function in C that a script of an extension creates. */
export interface NamedFunction {
  /** As PostgreSQL will look for it: MODULE_PATHNAME is what the control file says. */
  readonly library: string;
  /** Undefined where the script does not show it plainly. */
  readonly symbol: string | undefined;
}

const namings =
  /\bFUNCTION\s{1,20}(?<name>[\w.@"$]{1,200})\s{0,20}\(|\bAS\s{1,20}'(?<library>[^'\n]{1,200})'(?:\s{0,20},\s{0,20}(?:'(?<quoted>[^'\n]{1,200})'|\$\w{0,20}\$(?<dollars>[^$\n]{1,200})\$|(?<other>\S)))?/gi;
const modulePathnameMacro = 'MODULE_PATHNAME';

/**
 * `AS 'MODULE_PATHNAME'`, `AS '$libdir/name'` and `AS 'name', 'function'` are what only functions in C have; without a second
 * text the name of the function is its symbol. https://www.postgresql.org/docs/18/sql-createfunction.html
 */
export function namedFunctions(script: string, modulePathname: string | undefined): readonly NamedFunction[] {
  const isInComment = commentsOf(script);
  const named = new Map<string, NamedFunction>();
  let created: string | undefined;
  for (const { groups = {}, index } of script.matchAll(namings)) {
    if (isInComment(index)) continue;
    const { name, library, quoted, dollars, other } = groups;
    const symbol = quoted ?? dollars;
    if (library === undefined) {
      created = name === undefined ? undefined : plainName(name);
      continue;
    }
    const isOfC =
      library === modulePathnameMacro ||
      library.startsWith('$libdir/') ||
      (symbol !== undefined && /^[\w.+-]+$/.test(library));
    if (isOfC) {
      const found = library === modulePathnameMacro ? (modulePathname ?? library) : library;
      const one = { library: found, symbol: other === undefined ? (symbol ?? created) : undefined };
      named.set(`${one.library} ${one.symbol}`, one);
    }
    created = undefined;
  }
  return [...named.values()];
}

/** `@extschema@.Name` is `name`; undefined where the name is quoted in a way that is not plain. */
function plainName(name: string): string | undefined {
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (/^"\w+"$/.test(last)) return last.slice(1, -1);
  return /^\w+$/.test(last) ? last.toLowerCase() : undefined;
}

/**
 * Whether a place is in a comment that takes whole lines, as those of the old text of a statement do. Asked from front to back,
 * it looks at each comment once.
 */
function commentsOf(text: string): (index: number) => boolean {
  const blocks = text.includes('/*') ? [...text.matchAll(/^[ \t]*\/\*(?:[^*]|\*(?!\/))*\*\//gm)] : [];
  const next = { block: 0 };
  return (index) => {
    const line = text.slice(text.lastIndexOf('\n', index) + 1, index);
    if (/^[ \t]*--/.test(line)) return true;
    while ((blocks[next.block]?.index ?? index) + (blocks[next.block]?.[0].length ?? 0) < index) next.block += 1;
    const block = blocks[next.block];
    return block !== undefined && block.index <= index;
  };
}
