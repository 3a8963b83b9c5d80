import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { clusterState } from '../../integration/init/real-manager.ts';
import { endWithChildren } from '../../integration/run/processes.ts';
import { startBareServer } from './bare-server.ts';
import { type Day, type DaysEnd, openDay, type Patient } from './day.ts';
import { examineData } from './examine-data.ts';
import { findLeftovers } from './find-leftovers.ts';
import type { Ledger } from './load.ts';
import { drawLots } from './lots.ts';
import { countDescriptors, descendantsOf, listProcesses } from './process-table.ts';
import { judgeSamples } from './sample.ts';
import type { RunResult, Scenario } from './scenario.ts';

/** Sessions come and go. */
const descriptorsMore = 3;
const settleMs = 5_000;
const stopMs = 30_000;

/** Start, load, fault, wait, check: the scenario, and then everything that has to hold after each. */
export async function runScenario(scenario: Scenario, seed: number, program?: string): Promise<RunResult> {
  const startedMs = performance.now();
  const lack = scenario.lacks?.();
  const nothing = { acknowledged: 0, inDoubt: 0, lostSessions: 0 };
  if (lack !== undefined) {
    return { name: scenario.name, seed, outcome: 'left out', complaints: [lack], ...nothing, tookMs: 0 };
  }
  const { day, end } = await openDay(scenario, drawLots(seed), program);
  const complaints: string[] = [];
  const attempt: Attempt = async (what, work) => {
    try {
      complaints.push(...(await work()));
    } catch (error) {
      complaints.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  await attempt('the scenario', async () => {
    await scenario.run(day);
    return [];
  });
  const ledgers = await Promise.all(end.loads.map((load) => load.stop()));
  await conclude(scenario, day, end, ledgers, attempt);
  await attempt('the folders', async () => {
    // Nothing may be left that works in a mount when it goes.
    await Promise.all(end.patients.map(({ running }) => endWithChildren(running)));
    await end.kept.disposeAsync();
    await day.place.remove();
    return [];
  });
  const sum = (of: (ledger: Ledger) => number): number => ledgers.reduce((total, ledger) => total + of(ledger), 0);
  return {
    name: scenario.name,
    seed,
    outcome: complaints.length === 0 ? 'passed' : 'failed',
    complaints,
    acknowledged: sum((ledger) => ledger.acknowledged.size),
    inDoubt: sum((ledger) => ledger.inDoubt.size),
    lostSessions: sum((ledger) => ledger.lostSessions),
    tookMs: Math.round(performance.now() - startedMs),
  };
}

type Attempt = (what: string, work: () => Promise<readonly string[]>) => Promise<void>;

async function conclude(
  scenario: Scenario,
  day: Day,
  end: DaysEnd,
  ledgers: readonly Ledger[],
  attempt: Attempt,
): Promise<void> {
  const last = end.patients.at(-1);
  if (last !== undefined && scenario.ends === 'stopped') {
    await attempt('while it runs', () => whileItRuns(last, end, day, ledgers));
  }
  await attempt('the end', () => howItEnded(scenario, last, day));
  await end.witness.stop();
  await attempt('the witness', async () => judgeSamples(end.witness.samples(), scenario.allowed ?? {}));
  await attempt('what is left', () => settled(() => leftovers(day, end)));
  await attempt('the log', async () => logged(scenario, end));
  if (scenario.ends === 'stopped' || scenario.data === 'gone') return;
  await attempt('the data', async () => {
    const { binDirectory, dataDirectory } = day.place;
    await using server = await startBareServer({ binDirectory, dataDirectory, socketFolder: end.temporaryFolder });
    // Not before the answer is there does the server go.
    return await examineData({ host: server.socketFolder }, ledgers);
  });
}

/** A manager that is to go on has to be well again by itself. */
async function whileItRuns(
  last: Patient,
  end: DaysEnd,
  day: Day,
  ledgers: readonly Ledger[],
): Promise<readonly string[]> {
  if (last.hasEnded()) return [];
  await last.running.ready();
  const broken = await examineData({ host: day.place.runDirectory }, ledgers);
  const zombies = await settled(async () =>
    descendantsOf(last.running.pid, listProcesses())
      .filter(({ isZombie }) => isZombie)
      .map(({ pid, command }) => `a zombie is left: ${pid} ${command}`),
  );
  const descriptors = await settled(async () => {
    const [first, now] = [end.descriptorsAtFirst, countDescriptors(last.managerPid())];
    if (first === undefined || now === undefined || now <= first + descriptorsMore) return [];
    return [`the manager has ${now} descriptors open, and had ${first}`];
  });
  return [...broken, ...zombies, ...descriptors];
}

async function howItEnded(scenario: Scenario, last: Patient | undefined, { place }: Day): Promise<readonly string[]> {
  if (last === undefined || scenario.ends === 'killed') return [];
  if (scenario.ends === 'stopped') {
    if (!last.hasEnded()) last.signal('SIGTERM');
    const exit = await Promise.race([last.running.exited, delay(stopMs, undefined)]);
    if (exit === undefined) return [`asked to stop, the manager goes on: ${last.running.output().slice(-3_000)}`];
    const state = clusterState(place.dataDirectory);
    const isClean =
      scenario.unclean !== undefined || scenario.data === 'gone' || state?.startsWith('shut down') === true;
    return [
      ...(exit.code === 0 ? [] : [`asked to stop, the manager ended with ${exit.code ?? exit.signal}`]),
      ...(isClean ? [] : [`asked to stop, it left the cluster in the state "${state}"`]),
    ];
  }
  const exit = await Promise.race([last.running.exited, delay(settleMs, undefined)]);
  if (exit === undefined) return [`the manager has not ended, but was to end with ${scenario.ends}`];
  return exit.code === scenario.ends
    ? []
    : [`the manager ended with ${exit.code ?? exit.signal}, not with ${scenario.ends}`];
}

async function leftovers(day: Day, end: DaysEnd): Promise<readonly string[]> {
  const { folder, dataDirectory, runDirectory } = day.place;
  const temporary = existsSync(end.temporaryFolder) ? readdirSync(end.temporaryFolder) : [];
  const found = findLeftovers({
    ...{
      folder,
      dataDirectory,
      runDirectory,
      mark: end.mark,
      originalFiles: end.originalFiles,
      earlierSegments: end.earlierSegments,
    },
    postmasters: end.witness.postmasters(),
  });
  return [...found, ...temporary.map((name) => `a temporary file is left: ${name}`)];
}

/** What is wrong only for a moment after the end is not wrong. */
async function settled(look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const untilMs = performance.now() + settleMs;
  for (;;) {
    const found = await look();
    if (found.length === 0 || performance.now() > untilMs) return found;
    await delay(50);
  }
}

function logged(scenario: Scenario, end: DaysEnd): readonly string[] {
  const lines = end.patients.flatMap(({ running }) => running.output().split('\n'));
  const unsaid = scenario.says.filter((sentence) => !lines.some((line) => sentence.test(line)));
  const defect = lines.find((line) => line.includes('a defect in the manager'));
  return [
    ...unsaid.map((sentence) => `no line of the log says ${sentence}`),
    ...(defect === undefined ? [] : [`the log has a defect: ${defect.slice(0, 500)}`]),
  ];
}
