/** Complete statements without their semicolons, and what follows the last one. */
interface SqlStatements {
  readonly statements: readonly string[];
  /** Empty if nothing but blanks and comments follows. */
  readonly rest: string;
}

/**
 * What a semicolon may stand in without ending a statement; the first that matches at a place is taken whole. An open
 * quote or comment matches to the end of the text. The lexical rules are those of
 * https://www.postgresql.org/docs/18/sql-syntax-lexical.html, with standard_conforming_strings on.
 */
const tokens = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*)`,
    String.raw`(?<block>\/\*)`,
    String.raw`(?<escaped>\b[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$))`,
    `(?<quoted>'[^']*(?:'|$))`,
    `(?<identifier>"[^"]*(?:"|$))`,
    String.raw`(?<dollar>(?<![\w$\u0080-\uffff])\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$)`,
    String.raw`(?<open>\()|(?<close>\))|(?<semicolon>;)`,
  ].join('|'),
  'g',
);

/** Splits a text at the semicolons that end a statement. */
export function splitSqlStatements(text: string): SqlStatements {
  const statements: string[] = [];
  const pattern = new RegExp(tokens);
  let start = 0;
  let depth = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const groups = match.groups ?? {};
    if (groups['block'] !== undefined) {
      pattern.lastIndex = endOfBlockComment(text, pattern.lastIndex);
    } else if (groups['dollar'] !== undefined) {
      const end = text.indexOf(groups['dollar'], pattern.lastIndex);
      pattern.lastIndex = end === -1 ? text.length : end + groups['dollar'].length;
    } else if (groups['open'] !== undefined) {
      depth += 1;
    } else if (groups['close'] !== undefined) {
      depth = Math.max(0, depth - 1);
    } else if (groups['semicolon'] !== undefined && depth === 0) {
      statements.push(text.slice(start, match.index).trim());
      start = pattern.lastIndex;
    }
  }
  const rest = text.slice(start);
  return {
    statements: statements.filter((statement) => !isBlank(statement)),
    rest: isBlank(rest) ? '' : rest,
  };
}

/** Block comments nest. */
function endOfBlockComment(text: string, from: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  let depth = 1;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) {
      return marks.lastIndex;
    }
  }
  return text.length;
}

function isBlank(text: string): boolean {
  return text.replaceAll(/--[^\n]*/g, '').trim() === '';
}
