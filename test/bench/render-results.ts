import type { MachineFacts } from './machine-facts.ts';
import { judge, type MeasuredRow, type Unit } from './measured-row.ts';

const head = ['MEASURED', 'N', 'P50', 'P95', 'P99', 'BESIDE IT', 'P50', 'P95', 'TARGET', 'VERDICT'];

/** The results as a table for people, with a note for each line below it. */
export function renderResults(machine: MachineFacts, rows: readonly MeasuredRow[]): string {
  const notes = rows.map((row, index) => `${String(index + 1).padStart(2)}. ${row.note}`);
  return [renderMachine(machine), '', ...columns([head, ...rows.map(cells)]), '', ...notes, ''].join('\n');
}

/** The results for a program: everything of the table and the samples, unless there are too many to be of use. */
export function resultsDocument(machine: MachineFacts, rows: readonly MeasuredRow[]): unknown {
  return {
    machine,
    results: rows.map((row) => ({
      ...row,
      samples: keptSamples(row.samples),
      ...(row.beside === undefined ? {} : { beside: { ...row.beside, samples: keptSamples(row.beside.samples) } }),
      verdict: judge(row),
    })),
  };
}

function renderMachine(machine: MachineFacts): string {
  const busy = `${machine.busyPercentBefore.toFixed(0)} % busy before the start`;
  return [
    `node ${machine.node}, PostgreSQL ${machine.postgres}, ${machine.cores} × ${machine.processor}, ${machine.kernel}`,
    `run as ${machine.user}; the machine was ${busy}${machine.busyPercentBefore > 10 ? ': NOT CALM, do not trust this' : ''}`,
  ].join('\n');
}

function cells(row: MeasuredRow, index: number): readonly string[] {
  const { summary, beside, unit } = row;
  return [
    `${String(index + 1).padStart(2)}. ${row.what}`,
    String(summary.n),
    amount(summary.p50, unit),
    amount(summary.p95, unit),
    amount(summary.p99, unit),
    beside?.what ?? '-',
    beside === undefined ? '-' : amount(beside.summary.p50, unit),
    beside === undefined ? '-' : amount(beside.summary.p95, unit),
    row.target === undefined ? '-' : `${row.target.statistic} <= ${row.target.text}`,
    renderVerdict(row),
  ];
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
  const widths = head.map((_name, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
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
