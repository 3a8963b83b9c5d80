// ⚡ From the swap of the configuration to the new value in an open session.
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { renderDemoConfiguration } from '../../../src/demo/demo-configuration.ts';
import { sendSignal } from '../../support/send-signal.ts';
import type { BenchContext, Measurement } from '../bench-context.ts';
import { openSession, untilAccepting } from '../first-connection.ts';
import { inTurns } from '../in-turns.ts';
import { startManagedAndWait } from '../managed-instance.ts';
import { type MeasuredRow, measuredRow } from '../measured-row.ts';

const limitMs = 150;
const patienceMs = 10_000;
/** Between two looks of the session; Node's timers make it 1 to 2 ms. */
const pauseMs = 1;

export const configurationChange: Measurement = { name: 'configuration-change', measure };

async function measure(context: BenchContext): Promise<readonly MeasuredRow[]> {
  const { workshop, managed, bare, runs } = context;
  const instance = await startManagedAndWait(workshop, managed);
  const server = bare.start();
  const session = await openSession(managed.runDirectory);
  const { client: bareSession } = await untilAccepting(bare.place.runDirectory, server.mustRun);
  const [withManager = [], alone = []] = await inTurns(runs, [
    async (round) => {
      await delay(restMs(round));
      const change = managed.configuration.stage(configurationWith(workMem(round)));
      return timeUntilVisible(session, workMem(round), change.swap);
    },
    async (round) => {
      await delay(restMs(round));
      const change = bare.stage(workMem(round));
      return timeUntilVisible(bareSession, workMem(round), () => {
        change.swap();
        sendSignal(server.pid, 'SIGHUP');
      });
    },
  ]);
  await Promise.all([session.end(), bareSession.end()]);
  managed.configuration.stage(renderDemoConfiguration()).swap();
  await Promise.all([instance.stop(), server.stop()]);
  return [
    measuredRow({
      what: 'configuration swapped to value in an open session',
      unit: 'ms',
      samples: withManager,
      beside: { what: 'bare, SIGHUP', samples: alone },
      target: () => ({ statistic: 'p50', limit: limitMs, text: `${limitMs} ms` }),
      note: 'From just before the rename of `..data`, as the kubelet does it, until SHOW in a session that was open before says the new value; it is asked every 1 to 2 ms. Bare: rename of the settings and SIGHUP by hand.',
    }),
  ];
}

/** Uneven, so that the changes do not fall into step with what the manager does every second. */
function restMs(round: number): number {
  return 250 + ((round * 137) % 300);
}

/** Never the same twice. */
function workMem(round: number): string {
  return `${8_193 + round}kB`;
}

function configurationWith(value: string): string {
  const text = renderDemoConfiguration();
  const changed = text.replace('work_mem: 8MB', `work_mem: ${value}`);
  if (changed === text) throw new Error('the configuration of the demo has no work_mem of 8MB to change');
  return changed;
}

async function timeUntilVisible(session: pg.Client, value: string, change: () => void): Promise<number> {
  if ((await show(session)) === value) throw new Error(`work_mem is ${value} already`);
  const startMs = performance.now();
  change();
  while (performance.now() - startMs < patienceMs) {
    if ((await show(session)) === value) return performance.now() - startMs;
    await delay(pauseMs);
  }
  throw new Error(`work_mem did not become ${value} within ${patienceMs / 1_000} s`);
}

async function show(session: pg.Client): Promise<string | undefined> {
  const { rows } = await session.query<{ work_mem: string }>('SHOW work_mem');
  return rows[0]?.work_mem;
}
