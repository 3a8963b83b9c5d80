/** `line 3: ERROR: …`: the first error that psql told of, with the lines that belong to it. */
export function psqlError(lines: readonly string[], file: string): string | undefined {
  const isError = (line: string): boolean => /^psql:.{0,4096}?: ?(ERROR|FATAL|PANIC|error):/.test(line);
  const at = lines.findIndex(isError);
  if (at < 0) return undefined;
  const first = (lines[at] ?? '').replace(/^psql:/, '');
  const text = first.startsWith(`${file}:`) ? `line ${first.slice(file.length + 1)}` : first.trimStart();
  const more = lines.slice(at + 1, at + 5).filter((line) => /^(LINE \d+|DETAIL|HINT|CONTEXT): /.test(line));
  return [text, ...more].map((line) => line.replace(/: {2}/, ': ')).join('; ');
}

/** The line of a place in a text, which PostgreSQL counts in characters from 1. */
export function lineOf(text: string, position: number): number {
  const before = [...text].slice(0, position - 1);
  return before.filter((character) => character === '\n').length + 1;
}
