import { Lexer } from 'yaml';

/** As many words and signs a file may have: some ten thousand declared extensions. */
export const maxPieces = 100_000;

/**
 * Where a text has more pieces than `most`, as an offset into it; undefined if it has not. Each piece may become a node, and each
 * node or error takes about 2 KiB of memory, so that a text of one megabyte would take one or two gigabytes. A lexer
 * takes none, as nothing of what it says is kept. Blanks become nothing, and a backslash in a text may be an error.
 */
export function tooManyPieces(text: string, most: number): number | undefined {
  const counted = { quarters: 0, offset: 0 };
  for (const lexeme of new Lexer().lex(text)) {
    counted.quarters += quartersOf(lexeme);
    if (counted.quarters > most * 4) return counted.offset;
    if (!signals.has(lexeme)) counted.offset += lexeme.length;
  }
  return undefined;
}

/** What the lexer says between the pieces of the text: a document, a text or the end of a flow begins. */
const signals: ReadonlySet<string> = new Set(['\x02', '\x18', '\x1f']);

function quartersOf(lexeme: string): number {
  if (lexeme.startsWith(' ') || lexeme.startsWith('\n') || lexeme.startsWith('\r') || signals.has(lexeme)) return 1;
  return lexeme.includes('\\') ? 4 * lexeme.split('\\').length : 4;
}
