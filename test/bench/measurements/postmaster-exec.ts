// ⚡ From exec of the program to exec of PostgreSQL.
import { join } from 'node:path';
import type { BenchContext, Measurement } from '../bench-context.ts';
import { type ExecTrace, openExecTrace } from '../exec-trace.ts';
import { untilAccepting } from '../first-connection.ts';
import { inTurns } from '../in-turns.ts';
import { startManaged } from '../managed-instance.ts';
import { type MeasuredRow, measuredRow } from '../measured-row.ts';
import type { RunningProcess } from '../processes.ts';
import type { Place } from '../workshop.ts';

const limitMs = 100;

export const postmasterExec: Measurement = { name: 'postmaster-exec', measure };

async function measure(context: BenchContext): Promise<readonly MeasuredRow[]> {
  const { workshop, managed, bare, runs } = context;
  const trace = openExecTrace(workshop);
  try {
    const [withManager = [], alone = [], node = []] = await inTurns(runs, [
      async (round) => {
        const { process: starter } = startManaged(workshop, managed, { binDirectory: trace.binDirectory });
        // The very first time, the settings are new, and PostgreSQL is asked whether it would take them.
        return timeToExec(trace, starter, managed, round > 0);
      },
      async () => timeToExec(trace, bare.start(join(trace.binDirectory, 'postgres')), bare.place, true),
      () => timeOfNodeAlone(context),
    ]);
    return [
      measuredRow({
        what: 'exec of the manager to exec of the postmaster',
        unit: 'ms',
        samples: withManager,
        beside: { what: 'bare', samples: alone },
        target: () => ({ statistic: 'p50', limit: limitMs, text: `${limitMs} ms` }),
        note: 'From just before the process is made until `postgres` is executed; existing data folder, settings unchanged, 4 extensions. The shell script that reports it is counted; bare shows what it costs.',
      }),
      measuredRow({
        what: 'node -e 0, start to end',
        unit: 'ms',
        samples: node,
        note: 'What Node itself takes, in the same turns: a floor for the line above.',
      }),
    ];
  } finally {
    trace.close();
  }
}

/** Counts only if exactly one PostgreSQL was executed and this very one let a client in. */
async function timeToExec(trace: ExecTrace, starter: RunningProcess, place: Place, isOnly: boolean): Promise<number> {
  trace.clear();
  const report = await trace.first(starter);
  const { client } = await untilAccepting(place.runDirectory, starter.mustRun);
  const { rows } = await client.query<{ pid: number }>(
    "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid",
  );
  await client.end();
  await starter.stop();
  const reports = trace.all();
  if (isOnly && (reports.length !== 1 || report.pid !== rows[0]?.pid)) {
    throw new Error(`executed were ${reports.map((one) => one.pid).join(', ')}; the server is ${rows[0]?.pid}`);
  }
  return report.atMs - starter.startedAtMs;
}

async function timeOfNodeAlone({ workshop }: BenchContext): Promise<number> {
  const node = workshop.processes.start({
    file: workshop.node,
    args: ['-e', '0'],
    environment: workshop.environment,
    stopSignal: 'SIGTERM',
  });
  const how = await node.exited;
  if (how !== 0) node.mustRun();
  return performance.now() - node.startedAtMs;
}
