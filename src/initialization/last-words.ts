/** How many lines of a program are kept for it. */
export const mostLastLines = 10;

/** Of its last lines, the one that tells why a program failed: the last that says so itself, else the last with a word. */
export function lastWords(lines: readonly string[]): string | undefined {
  return (
    lines.findLast((line) => /\b(error|ERROR|FATAL|PANIC):/.test(line)) ??
    lines.findLast((line) => /[\p{L}\p{N}]/u.test(line))
  );
}
