import type { MachineFacts } from './machine-facts.ts';
import { judge, type MeasuredRow, type ObservedRow, type Other, type Unit } from './measured-row.ts';

/** Above it, the numbers are of the others as well. */
const calmPercent = 5;

/** The results as a table for people, with a note for each line below it. */
export function renderResults(machine: MachineFacts, rows: readonly ObservedRow[]): string {
  const hasPeer = rows.some(({ peer }) => peer !== undefined);
  const table = [head(hasPeer), ...rows.map((row, index) => cells(row, index, hasPeer))];
  return [renderMachine(machine), '', ...columns(table), '', ...notes(rows), ''].join('\n');
}

function head(hasPeer: boolean): readonly string[] {
  const peer = hasPeer ? ['PEER P50', 'P95'] : [];
  return ['MEASURED', 'N', 'P50', 'P95', 'P99', 'BESIDE IT', 'P50', 'P95', ...peer, 'OTHERS', 'TARGET', 'VERDICT'];
}

/** Lines that say the same of themselves share a note. */
function notes(rows: readonly ObservedRow[]): readonly string[] {
  const numbers = Map.groupBy(rows.keys(), (index) => rows[index]?.note);
  return [...numbers].map(([note, indexes]) => `${indexes.map((index) => index + 1).join(', ')}: ${note}`);
}

/** What a line has come to, in a few words. */
export function renderOutcome(row: MeasuredRow): string {
  const verdict = judge(row);
  return `p50 ${amount(row.summary.p50, row.unit)}${verdict.kind === 'none' ? '' : `, ${verdict.kind}`}`;
}

/** The results for a program: everything of the table and the samples, unless there are too many to be of use. */
export function resultsDocument(machine: MachineFacts, rows: readonly ObservedRow[]): unknown {
  return {
    machine,
    results: rows.map((row) => ({
      ...row,
      samples: keptSamples(row.samples),
      ...(row.beside === undefined ? {} : { beside: { ...row.beside, samples: keptSamples(row.beside.samples) } }),
      ...(row.peer === undefined ? {} : { peer: { ...row.peer, samples: keptSamples(row.peer.samples) } }),
      verdict: judge(row),
    })),
  };
}

function renderMachine(machine: MachineFacts): string {
  return [
    `node ${machine.node}, PostgreSQL ${machine.postgres}, ${machine.cores} × ${machine.processor}, ${machine.kernel}`,
    `run as ${machine.user}. OTHERS: how much of the machine others used meanwhile; above ${calmPercent} % (!), run it again.`,
  ].join('\n');
}

function cells(row: ObservedRow, index: number, hasPeer: boolean): readonly string[] {
  const { summary, beside, peer, unit } = row;
  return [
    `${String(index + 1).padStart(2)}. ${row.what}`,
    String(summary.n),
    amount(summary.p50, unit),
    amount(summary.p95, unit),
    amount(summary.p99, unit),
    beside?.what ?? '-',
    ...besideCells(beside, unit),
    ...(hasPeer ? besideCells(peer, unit) : []),
    renderOthers(row.othersPercent),
    row.target === undefined ? '-' : `${row.target.statistic} <= ${row.target.text}`,
    renderVerdict(row),
  ];
}

function besideCells(other: Other | undefined, unit: Unit): readonly string[] {
  return other === undefined ? ['-', '-'] : [amount(other.summary.p50, unit), amount(other.summary.p95, unit)];
}

function renderOthers(percent: number | undefined): string {
  return percent === undefined ? '-' : `${percent.toFixed(0)} %${percent > calmPercent ? ' !' : ''}`;
}

function renderVerdict(row: MeasuredRow): string {
  const verdict = judge(row);
  switch (verdict.kind) {
    case 'none':
      return '-';
    case 'met':
      return `met (${amount(verdict.measured, row.unit)})`;
    case 'missed':
      return `MISSED by ${amount(verdict.by, row.unit)} (${amount(verdict.measured, row.unit)})`;
  }
}

/** Three figures at the least are left. */
function amount(value: number, unit: Unit): string {
  return `${value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)} ${unit}`;
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_name, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const mostSamplesKept = 1_000;

function keptSamples(samples: readonly number[]): readonly number[] {
  return samples.length > mostSamplesKept ? [] : samples.map((sample) => Math.round(sample * 1_000) / 1_000);
}
