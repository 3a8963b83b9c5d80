/** Text that came without its newline yet. */
export interface SplitLines {
  readonly lines: readonly string[];
  readonly rest: string;
}

/** A line without end must not grow in memory without end. */
const longestRest = 64 * 1024;

/** Cuts what a pipe delivers into lines; `rest` is what the call before left over. */
export function splitLines(rest: string, chunk: string): SplitLines {
  // Most of what a pipe delivers byte by byte ends no line, and then nothing is copied.
  if (!chunk.includes('\n') && rest.length + chunk.length <= longestRest) return { lines: [], rest: rest + chunk };
  const pieces = (rest + chunk).split('\n');
  const last = pieces.pop() ?? '';
  return last.length > longestRest ? { lines: [...pieces, last], rest: '' } : { lines: pieces, rest: last };
}
