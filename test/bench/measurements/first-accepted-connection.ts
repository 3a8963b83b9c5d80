// ⚡ From the start of the manager to a session of a client.
import type { BenchContext, Measurement } from '../bench-context.ts';
import { untilAccepting } from '../first-connection.ts';
import { inTurns } from '../in-turns.ts';
import { startManaged } from '../managed-instance.ts';
import { type MeasuredRow, measuredRow } from '../measured-row.ts';
import type { RunningProcess } from '../processes.ts';
import type { Place } from '../workshop.ts';

const mostExtraMs = 120;

export const firstAcceptedConnection: Measurement = { name: 'first-connection', measure };

async function measure({ workshop, managed, bare, runs }: BenchContext): Promise<readonly MeasuredRow[]> {
  const [withManager = [], alone = []] = await inTurns(runs, [
    () => timeToSession(startManaged(workshop, managed).process, managed),
    () => timeToSession(bare.start(), bare.place),
  ]);
  return [
    measuredRow({
      what: 'start of the manager to first connection',
      unit: 'ms',
      samples: withManager,
      beside: { what: 'bare', samples: alone },
      target: (beside) => ({
        statistic: 'p50',
        limit: (beside?.p50 ?? Number.NaN) + mostExtraMs,
        text: `bare + ${mostExtraMs} ms`,
      }),
      note: 'A client that tries to log in over the unix socket, 1 to 2 ms after each failure; existing data folder, which was shut down cleanly. Bare: `postgres` with the same settings, arguments and environment, and the same client.',
    }),
  ];
}

async function timeToSession(starter: RunningProcess, place: Place): Promise<number> {
  const { client, atMs } = await untilAccepting(place.runDirectory, starter.mustRun);
  await client.end();
  await starter.stop();
  return atMs - starter.startedAtMs;
}
