// ⚡ Measures what was promised about speed and memory, beside the same PostgreSQL without the manager.
import { fileURLToPath } from 'node:url';
import { bareTwin } from './bare-postgres.ts';
import { type BenchArguments, parseBenchArguments } from './bench-arguments.ts';
import type { Measurement } from './bench-context.ts';
import { interruption } from './interruption.ts';
import { observeMachine } from './machine-facts.ts';
import type { ObservedRow } from './measured-row.ts';
import { configurationChange } from './measurements/configuration-change.ts';
import { databases } from './measurements/databases.ts';
import { firstAcceptedConnection } from './measurements/first-accepted-connection.ts';
import { fullPass } from './measurements/full-pass.ts';
import { httpLoad } from './measurements/http-load.ts';
import { idleCpu } from './measurements/idle-cpu.ts';
import { postmasterExec } from './measurements/postmaster-exec.ts';
import { residentMemory } from './measurements/resident-memory.ts';
import { restartOnRequest } from './measurements/restart-on-request.ts';
import { validateCatalogs } from './measurements/validate-catalogs.ts';
import { besideOthers } from './others.ts';
import { renderOutcome } from './render-results.ts';
import { reportResults } from './report-results.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const measurements: readonly Measurement[] = [
  postmasterExec,
  firstAcceptedConnection,
  configurationChange,
  restartOnRequest,
  residentMemory,
  idleCpu,
  httpLoad,
  fullPass,
  databases,
  validateCatalogs,
];

async function bench(args: BenchArguments, workshop: Workshop): Promise<void> {
  const chosen = measurements.filter((measurement) => measurement.name.includes(args.only));
  if (chosen.length === 0) {
    throw new Error(`--only ${args.only} fits none of ${measurements.map(({ name }) => name).join(', ')}`);
  }
  const machine = observeMachine({ postgres: workshop.postgresVersion, user: describeUser(workshop.user.uid) });
  const managed = workshop.place();
  const context = { workshop, managed, bare: await bareTwin(workshop, managed), runs: args.runs };
  const rows: ObservedRow[] = [];
  for (const { name, measure } of chosen) {
    const startMs = performance.now();
    process.stderr.write(`${name} … `);
    const { result: measured, othersPercent } = await besideOthers(() => measure(context));
    rows.push(...measured.map((row) => ({ ...row, othersPercent })));
    const seconds = (performance.now() - startMs) / 1_000;
    process.stderr.write(`${seconds.toFixed(0)} s: ${measured.map(renderOutcome).join('; ')}\n`);
  }
  reportResults(machine, rows, args.json ?? fileURLToPath(new URL('../../.bench/results.json', import.meta.url)));
}

function describeUser(uid: number | undefined): string {
  return uid === undefined ? `uid ${process.getuid?.()}` : `uid ${uid} (the bundle was built by another)`;
}

async function main(): Promise<number> {
  const args = parseBenchArguments(process.argv.slice(2));
  if (args.kind === 'wrong') {
    process.stderr.write(`${args.message}\n`);
    return 64;
  }
  // On a disk: where /tmp is memory, PostgreSQL's fsync would cost nothing.
  process.env['TMPDIR'] ??= '/var/tmp';
  // What is laid out here is read by another user.
  process.umask(0o022);
  const interrupted = interruption();
  try {
    const workshop = await openWorkshop();
    try {
      await Promise.race([bench(args, workshop), interrupted]);
    } finally {
      await workshop.close();
    }
    return 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exit(await main());
