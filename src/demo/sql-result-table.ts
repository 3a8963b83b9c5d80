/** One result of a statement. Values are PostgreSQL's own text of them, `null` is SQL's NULL. */
interface SqlResult {
  readonly columns: readonly SqlColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
}

interface SqlColumn {
  readonly name: string;
  /** The column's type, as an oid of `pg_type`. */
  readonly typeOid: number;
}

/**
 * int8, int2, int4, oid, xid, cid, float4, float8, money, numeric, xid8: fixed by
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/catalog/pg_type.dat
 */
const rightAlignedTypes: ReadonlySet<number> = new Set([20, 21, 23, 26, 28, 29, 700, 701, 790, 1700, 5069]);

/** The result as psql shows it: a heading, a rule, the rows, the number of rows, and a line break at the end. */
export function renderSqlResultTable(result: SqlResult): string {
  const count = result.rows.length === 1 ? '(1 row)' : `(${result.rows.length} rows)`;
  if (result.columns.length === 0) {
    return `${count}\n`;
  }
  const headings = result.columns.map((column) => cellLines(column.name));
  const rows = result.rows.map((row) => result.columns.map((_, index) => cellLines(row[index] ?? '')));
  const widths = result.columns.map((_, index) =>
    Math.max(...[headings, ...rows].flatMap((row) => row[index] ?? []).map(displayWidth)),
  );
  const rightAligned = result.columns.map((column) => rightAlignedTypes.has(column.typeOid));
  const alignValue: Align = (text, width, column) =>
    rightAligned[column] ? padLeft(text, width) : padRight(text, width);
  const lines = [
    ...renderRow(headings, widths, (text, width) => padBoth(text, width)),
    widths.map((width) => '-'.repeat(width + 2)).join('+'),
    ...rows.flatMap((row) => renderRow(row, widths, alignValue)),
    count,
  ];
  return `${lines.join('\n')}\n`;
}

type Align = (text: string, width: number, column: number) => string;

/** A row is as high as its highest cell; `+` says that a cell goes on in the next line. */
function renderRow(cells: readonly (readonly string[])[], widths: readonly number[], align: Align): readonly string[] {
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, column) => {
        const goesOn = line + 1 < lines.length ? '+' : ' ';
        return ` ${align(lines[line] ?? '', widths[column] ?? 0, column)}${goesOn}`;
      })
      .join('|')
      .trimEnd(),
  );
}

/** Control characters are shown, not sent: a value could otherwise repaint the terminal. */
function cellLines(value: string): readonly string[] {
  return value
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.replaceAll('\t', '        ').replaceAll(/\p{Cc}/gu, renderControlCharacter));
}

function renderControlCharacter(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u;
const invisible = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns of a terminal that the text takes up. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    width += invisible.test(character) ? 0 : wide.test(character) ? 2 : 1;
  }
  return width;
}

function padLeft(text: string, width: number): string {
  return ' '.repeat(width - displayWidth(text)) + text;
}

function padRight(text: string, width: number): string {
  return text + ' '.repeat(width - displayWidth(text));
}

function padBoth(text: string, width: number): string {
  const missing = width - displayWidth(text);
  return padRight(' '.repeat(Math.floor(missing / 2)) + text, width);
}
