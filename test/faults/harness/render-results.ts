import type { RunResult } from './scenario.ts';

export interface RunFacts {
  readonly seed: number;
  readonly runs: number;
  readonly tookMs: number;
}

/** The results of a run as Markdown: one line for each scenario, in the order of their names. */
export function renderResults(results: readonly RunResult[], facts: RunFacts): string {
  const byName = Map.groupBy(results, ({ name }) => name);
  const names = [...byName.keys()].sort();
  const rows = names.map((name) => row(name, byName.get(name) ?? []));
  const ran = results.filter(({ outcome }) => outcome !== 'left out');
  const total = [
    `${names.length} scenarios, ${ran.length} runs, seed ${facts.seed}, ${Math.round(facts.tookMs / 1000)} s:`,
    `${ran.filter(({ outcome }) => outcome === 'passed').length} passed,`,
    `${sum(ran, ({ acknowledged }) => acknowledged)} acknowledged keys, none of them lost unless a line says so.`,
  ].join(' ');
  const head = ['scenario', 'passed', 'keys acknowledged', 'in doubt', 'sessions lost', 'longest'];
  return `${total}\n\n${renderTable(head, rows)}`;
}

function row(name: string, results: readonly RunResult[]): readonly string[] {
  const leftOut = results.find(({ outcome }) => outcome === 'left out');
  if (leftOut !== undefined) return [name, `left out: ${leftOut.complaints.join('; ')}`, '', '', '', ''];
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  const longestMs = Math.max(...results.map(({ tookMs }) => tookMs));
  return [
    name,
    `${passed} of ${results.length}`,
    String(sum(results, ({ acknowledged }) => acknowledged)),
    String(sum(results, ({ inDoubt }) => inDoubt)),
    String(sum(results, ({ lostSessions }) => lostSessions)),
    `${(longestMs / 1000).toFixed(1)} s`,
  ];
}

/** With columns of one width, as the formatter of this project leaves them: a run must not make a file that fails lint. */
function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function sum(results: readonly RunResult[], of: (result: RunResult) => number): number {
  return results.reduce((total, result) => total + of(result), 0);
}

const begin = '<!-- results -->';
const end = '<!-- end of results -->';

/** The text with what is between its two marks replaced. */
export function withResults(text: string, table: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the text has no ${begin} before ${end}`);
  return `${text.slice(0, from + begin.length)}\n${table}\n${text.slice(to)}`;
}
