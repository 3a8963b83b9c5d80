// ⚡ From the request to restart to the next session.
import { setTimeout as delay } from 'node:timers/promises';
import type { BareTwin } from '../bare-postgres.ts';
import type { BenchContext, Measurement } from '../bench-context.ts';
import { untilAccepting } from '../first-connection.ts';
import { inTurns } from '../in-turns.ts';
import { type ManagedInstance, startManagedAndWait } from '../managed-instance.ts';
import { type MeasuredRow, measuredRow } from '../measured-row.ts';
import type { RunningProcess } from '../processes.ts';
import type { Place, Workshop } from '../workshop.ts';

const mostTimesBare = 1.15;
const restMs = 500;
const patienceMs = 30_000;

export const restartOnRequest: Measurement = { name: 'restart', measure };

async function measure({ workshop, managed, bare, runs }: BenchContext): Promise<readonly MeasuredRow[]> {
  const instance = await startManagedAndWait(workshop, managed);
  const held = { server: bare.start() };
  await (await untilAccepting(bare.place.runDirectory, held.server.mustRun)).client.end();
  const bareRestart = async (stop: (old: RunningProcess) => Promise<unknown>): Promise<number> => {
    const { ms, server } = await timeOfBareRestart(held.server, bare, stop);
    held.server = server;
    return ms;
  };
  const [withManager = [], bySignal = [], byPgCtl = []] = await inTurns(runs, [
    () => timeOfManagedRestart(instance, managed),
    () => bareRestart((old) => old.stop()),
    () => bareRestart(() => stopWithPgCtl(workshop, bare.place)),
  ]);
  await Promise.all([instance.stop(), held.server.stop()]);
  return [
    measuredRow({
      what: 'restart on request to next connection',
      unit: 'ms',
      samples: withManager,
      beside: { what: 'bare, SIGINT', samples: bySignal },
      target: (beside) => ({
        statistic: 'p50',
        limit: (beside?.p50 ?? Number.NaN) * mostTimesBare,
        text: `${mostTimesBare} x bare`,
      }),
      note: 'From POST /restart on the control socket until a client has a session of the new postmaster; it tries from the end of the old one on. Bare: SIGINT, wait for the exit, start, and the same client.',
    }),
    measuredRow({
      what: 'bare: pg_ctl stop -m fast, start, next connection',
      unit: 'ms',
      samples: byPgCtl,
      note: 'The same turns with what people type; pg_ctl looks only every 100 ms whether the server has ended.',
    }),
  ];
}

async function timeOfManagedRestart(instance: ManagedInstance, place: Place): Promise<number> {
  await delay(restMs);
  const old = instance.postmaster();
  const startMs = performance.now();
  const answer = instance.ask('POST', '/restart');
  while (isThere(old)) {
    if (performance.now() - startMs > patienceMs) throw new Error(`postmaster ${old} did not end`);
    await delay(1);
  }
  const { client, atMs } = await untilAccepting(place.runDirectory, instance.process.mustRun);
  await client.end();
  const { statusCode, body } = await answer;
  if (statusCode !== 200 || instance.postmaster() === old) throw new Error(`the restart was answered with ${body}`);
  return atMs - startMs;
}

async function timeOfBareRestart(
  old: RunningProcess,
  bare: BareTwin,
  stop: (old: RunningProcess) => Promise<unknown>,
): Promise<{ readonly ms: number; readonly server: RunningProcess }> {
  await delay(restMs);
  const startMs = performance.now();
  await stop(old);
  const server = bare.start();
  const { client, atMs } = await untilAccepting(bare.place.runDirectory, server.mustRun);
  await client.end();
  return { ms: atMs - startMs, server };
}

/** https://www.postgresql.org/docs/18/app-pg-ctl.html */
async function stopWithPgCtl(workshop: Workshop, place: Place): Promise<void> {
  const { exited, mustRun } = workshop.processes.start({
    file: `${workshop.binDirectory}/pg_ctl`,
    args: ['stop', '-D', place.dataDirectory, '-m', 'fast'],
    environment: workshop.environment,
    stopSignal: 'SIGTERM',
  });
  if ((await exited) !== 0) mustRun();
}

/** A process that has ended is there until its parent has noticed. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
