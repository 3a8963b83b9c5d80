// ⚡ Declared databases: a look at all of them, and from a change to what has come of it.
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import type { BenchContext, Measurement } from '../bench-context.ts';
import { databaseLooks } from '../database-looks.ts';
import { inTurns } from '../in-turns.ts';
import { type ManagedInstance, startManagedAndWait } from '../managed-instance.ts';
import {
  createDatabases,
  type DatabasesLayout,
  databasesLayout,
  installSqlExtensions,
  renderDatabases,
  renderWhileMaking,
} from '../many-databases.ts';
import { type MeasuredRow, measuredRow } from '../measured-row.ts';
import { readResidentMib } from '../process-usage.ts';
import type { Place } from '../workshop.ts';

const databaseCount = 200;
const extensionCount = 10;
const limits = { passMs: 2_000, memoryMib: 10, oneOfManyMs: 500, oneMs: 200 } as const;
const patienceMs = 30_000;
/** V8 gives memory back some time after the last work, sooner or later: the least in so long is what it has at rest. */
const settleMs = 60_000;
const betweenRestsMs = 500;
const restMs = 100;
/** Between two looks at the status, which cost the manager something as well. */
const betweenLooksMs = 5;
const betweenSamplesMs = 10;

export const databases: Measurement = { name: 'databases', measure };

async function measure(context: BenchContext): Promise<readonly MeasuredRow[]> {
  const layout = databasesLayout(databaseCount, extensionCount);
  const extensionsDirectory = installSqlExtensions(context.workshop.folder, layout);
  return [
    ...(await measureMany(context, layout, extensionsDirectory)),
    await measureOne(context, databasesLayout(1, extensionCount), extensionsDirectory),
  ];
}

async function measureMany(
  context: BenchContext,
  layout: DatabasesLayout,
  extensionsDirectory: string,
): Promise<readonly MeasuredRow[]> {
  const { workshop, runs } = context;
  const place = workshop.place();
  await make(context, place, layout, extensionsDirectory);
  place.configuration.stage(renderDatabases(layout, new Map())).swap();
  const looks = databaseLooks(patienceMs);
  const options = { extensionsDirectory, logLevel: 'debug', line: looks.line } as const;
  const [instance] = await Promise.all([startManagedAndWait(workshop, place, options), looks.next(databaseCount)]);
  await mustBeInPlace(instance, layout);
  const atRestMib = await leastResidentMib(instance);
  const [passes = []] = await inTurns(runs, [
    async () => {
      await delay(restMs);
      return onePass(instance, looks.next(databaseCount));
    },
  ]);
  const changes = await timeChanges(instance, place, layout, runs);
  await instance.stop();
  return [
    ...lookRows(passes, atRestMib),
    changeRow(`1 of ${databaseCount} databases changed: swap to applied in /status`, changes, limits.oneOfManyMs),
  ];
}

interface Pass {
  readonly ms: number;
  readonly beforeMib: number;
  readonly peakMib: number;
  readonly afterMib: number;
}

function lookRows(passes: readonly Pass[], atRestMib: number): readonly MeasuredRow[] {
  return [
    measuredRow({
      what: `look at ${databaseCount} databases with ${extensionCount} extensions each, all in place`,
      unit: 'ms',
      samples: passes.map(({ ms }) => ms),
      target: () => ({ statistic: 'p50', limit: limits.passMs, text: `${limits.passMs} ms` }),
      note: 'As the manager logs it, after POST /reload on the control socket: two sessions at a time, one after the other in every database.',
    }),
    measuredRow({
      what: 'memory on top of what it has at rest, in such a look',
      unit: 'MiB',
      samples: passes.map(({ peakMib }) => peakMib - atRestMib),
      target: () => ({ statistic: 'p95', limit: limits.memoryMib, text: `${limits.memoryMib} MiB` }),
      note: `The largest VmRSS during a look, read every ${betweenSamplesMs} ms, less the least VmRSS in the ${settleMs / 1_000} s after the first look and the first status. One process, so the samples are not independent. Nobody asks for anything meanwhile.`,
    }),
    measuredRow({
      what: 'memory after such a look, less before it',
      unit: 'MiB',
      samples: passes.map(({ beforeMib, afterMib }) => afterMib - beforeMib),
      note: `VmRSS. Looks follow each other after ${restMs} ms, so what the first ones have taken and V8 has not given back is not in it.`,
    }),
  ];
}

async function leastResidentMib(instance: ManagedInstance): Promise<number> {
  const endMs = performance.now() + settleMs;
  let leastMib = Number.POSITIVE_INFINITY;
  while (performance.now() < endMs) {
    leastMib = Math.min(leastMib, readResidentMib(instance.process.pid));
    await delay(betweenRestsMs);
  }
  return leastMib;
}

async function measureOne(
  { workshop, runs }: BenchContext,
  layout: DatabasesLayout,
  extensionsDirectory: string,
): Promise<MeasuredRow> {
  const place = workshop.place();
  place.configuration.stage(renderDatabases(layout, new Map())).swap();
  const instance = await startManagedAndWait(workshop, place, { extensionsDirectory });
  await until(instance, (status) => areInPlace(status, layout));
  const changes = await timeChanges(instance, place, layout, runs);
  await instance.stop();
  return changeRow('the only database changed: swap to applied in /status', changes, limits.oneMs);
}

function changeRow(what: string, samples: readonly number[], limitMs: number): MeasuredRow {
  return measuredRow({
    what,
    unit: 'ms',
    samples,
    target: () => ({ statistic: 'p95', limit: limitMs, text: `${limitMs} ms` }),
    note: `An extension of one function is declared present, then absent: from just before the rename of \`..data\` until GET /status over the control socket has it as applied; it is asked ${betweenLooksMs} ms after each answer.`,
  });
}

/** With a server that does not wait for the disk; the manager makes none of them. */
async function make(
  { workshop }: BenchContext,
  place: Place,
  layout: DatabasesLayout,
  extensionsDirectory: string,
): Promise<void> {
  place.configuration.stage(renderWhileMaking()).swap();
  const instance = await startManagedAndWait(workshop, place, { extensionsDirectory });
  await createDatabases(place.runDirectory, layout);
  await instance.stop();
  // What is written to the disk later would be in the way of the measurement.
  await execa('sync');
}

async function onePass(instance: ManagedInstance, look: Promise<number>): Promise<Pass> {
  const { pid } = instance.process;
  const beforeMib = readResidentMib(pid);
  const held = { isOver: false, peakMib: beforeMib };
  const sampling = (async () => {
    while (!held.isOver) {
      held.peakMib = Math.max(held.peakMib, readResidentMib(pid));
      await delay(betweenSamplesMs);
    }
  })();
  const [ms] = await Promise.all([look, reload(instance)]).finally(() => {
    held.isOver = true;
  });
  const afterMib = readResidentMib(pid);
  await sampling;
  return { ms, beforeMib, peakMib: Math.max(held.peakMib, afterMib), afterMib };
}

async function reload(instance: ManagedInstance): Promise<void> {
  const { statusCode, body } = await instance.ask('POST', '/reload');
  if (statusCode !== 200) throw new Error(`the reload was answered with ${body}`);
}

/** One declaration after the other gets the spare extension, and loses it again. */
async function timeChanges(
  instance: ManagedInstance,
  { configuration }: Place,
  layout: DatabasesLayout,
  runs: number,
): Promise<readonly number[]> {
  const declared = new Map<string, boolean>();
  const [samples = []] = await inTurns(runs, [
    async (round) => {
      await delay(restMs + ((round * 137) % 300));
      const database = layout.databases[(Math.floor(round / 2) * 37) % layout.databases.length] ?? '';
      const isPresent = round % 2 === 0;
      declared.set(database, isPresent);
      const { swap } = configuration.stage(renderDatabases(layout, declared));
      const startMs = performance.now();
      swap();
      await until(instance, (status) => isSpareApplied(status, { database, name: layout.spare, isPresent }));
      return performance.now() - startMs;
    },
  ]);
  return samples;
}

function isSpareApplied(
  { databases: rows }: InstanceStatus,
  { database, name, isPresent }: { readonly database: string; readonly name: string; readonly isPresent: boolean },
): boolean {
  const extension = rows.find((row) => row.name === database)?.extensions.find((row) => row.name === name);
  if (extension === undefined) return false;
  const isAsDeclared = (extension.installedVersion !== null) === isPresent;
  return extension.ensure === (isPresent ? 'present' : 'absent') && extension.applied === true && isAsDeclared;
}

async function mustBeInPlace(instance: ManagedInstance, layout: DatabasesLayout): Promise<void> {
  const status = await readStatus(instance);
  if (!areInPlace(status, layout)) throw new Error(`not all is in place: ${JSON.stringify(status.findings)}`);
}

function areInPlace({ databases: rows }: InstanceStatus, layout: DatabasesLayout): boolean {
  const whole = rows.filter(
    ({ ensure, applied, extensions }) =>
      ensure === 'present' &&
      applied === true &&
      layout.extensions.every((name) => extensions.some((row) => row.name === name && row.applied === true)),
  );
  return whole.length === layout.databases.length;
}

async function until(instance: ManagedInstance, isDone: (status: InstanceStatus) => boolean): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (performance.now() < endMs) {
    if (isDone(await readStatus(instance))) return;
    await delay(betweenLooksMs);
  }
  throw new Error(`the databases were not as declared within ${patienceMs / 1_000} s`);
}

async function readStatus(instance: ManagedInstance): Promise<InstanceStatus> {
  const { body } = await instance.ask('GET', '/status');
  const status: InstanceStatus = JSON.parse(body);
  return status;
}
