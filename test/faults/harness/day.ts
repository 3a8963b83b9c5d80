import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startContainer } from '../../integration/init/real-manager.ts';
import { until } from '../../integration/init/running-init.ts';
import { type FlagOptions, type InstanceFolder, instanceFolder } from '../../integration/run/instance-folder.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { sendSignal } from '../../support/send-signal.ts';
import { listSegments } from './find-leftovers.ts';
import { type Load, startLoad } from './load.ts';
import type { Lots } from './lots.ts';
import { countDescriptors, listProcesses, postmastersAmong } from './process-table.ts';
import type { Scenario } from './scenario.ts';
import { startWitness, type Witness } from './witness.ts';

export interface StartOptions extends FlagOptions {
  /** As the first process of a pid namespace, under the init that is shipped. */
  readonly init?: boolean;
  /** Do not wait until all is well. */
  readonly unready?: boolean;
}

/** A manager on this day, seen from outside whatever it runs under. */
export interface Patient {
  readonly running: RunningManager;
  /** Of the manager proper. */
  readonly managerPid: () => number;
  readonly hasEnded: () => boolean;
  /** As a container engine would send it. */
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** What a scenario has to work with. */
export interface Day {
  readonly lots: Lots;
  readonly place: InstanceFolder;
  readonly start: (options?: StartOptions) => Promise<Patient>;
  /** Starts writers; they go on until the scenario is over. */
  readonly load: (writers?: number) => Promise<Load>;
  /** A moment that the seed chooses. */
  readonly wait: (leastMs: number, mostMs: number) => Promise<void>;
  /** The newest manager. */
  readonly patient: () => Patient;
  /** Of the postmaster that stands in the data folder, as this process sees it. */
  readonly postmasterPid: () => number;
  /** Keeps something till all was looked at, a mount, say; it is disposed of whatever happens. */
  readonly keep: <T extends AsyncDisposable>(thing: T) => T;
}

/** What is left to look at when the scenario is over. */
export interface DaysEnd {
  readonly patients: readonly Patient[];
  readonly loads: readonly Load[];
  readonly witness: Witness;
  readonly descriptorsAtFirst: number | undefined;
  readonly originalFiles: ReadonlySet<string>;
  readonly earlierSegments: ReadonlySet<string>;
  readonly temporaryFolder: string;
  readonly mark: string;
  readonly kept: AsyncDisposableStack;
}

export interface OpenDay {
  readonly day: Day;
  readonly end: DaysEnd;
}

/** `program`: another bundle than the one of dist/, one that is made wrong on purpose. */
export async function openDay(scenario: Scenario, lots: Lots, program: string | undefined): Promise<OpenDay> {
  const place = await instanceFolder({
    ...scenario.instance,
    settings: { ...likeInProduction, ...scenario.instance?.settings },
  });
  const temporaryFolder = join(place.folder, 'tmp');
  mkdirSync(temporaryFolder);
  chmodSync(temporaryFolder, 0o1777);
  const mark = `FAULTS_DAY=${place.folder}`;
  const patients: Patient[] = [];
  const loads: Load[] = [];
  const kept = new AsyncDisposableStack();
  const held: { descriptors: number | undefined } = { descriptors: undefined };
  const witness = startWitness({
    dataDirectory: place.dataDirectory,
    socketFolder: place.runDirectory,
    manager: () => {
      const last = patients.at(-1);
      return last === undefined || last.hasEnded() ? undefined : { running: last.running, pid: last.managerPid() };
    },
  });
  const environment = { FAULTS_DAY: place.folder, TMPDIR: temporaryFolder };

  async function start({ init, unready, ...options }: StartOptions = {}): Promise<Patient> {
    const given = { ...options, environment: { ...environment, ...options.environment } };
    const patient = init === true ? await startUnderInit(place, given) : startAlone(place, given, program);
    patients.push(patient);
    if (unready !== true) await patient.running.ready();
    held.descriptors ??= countDescriptors(patient.managerPid());
    return patient;
  }

  const day: Day = {
    lots,
    place,
    start,
    load: async (writers = 4) => {
      const load = await startLoad({ login: { host: place.runDirectory }, writers, generation: loads.length }, lots);
      loads.push(load);
      await load.progress(20);
      const last = patients.at(-1);
      // With the sessions that a manager at work has.
      if (last !== undefined) held.descriptors = countDescriptors(last.managerPid()) ?? held.descriptors;
      return load;
    },
    wait: (leastMs, mostMs) => delay(lots.between(leastMs, mostMs)),
    patient: () => {
      const last = patients.at(-1);
      if (last === undefined) throw new Error('no manager was started yet');
      return last;
    },
    postmasterPid: () => {
      const found = postmastersAmong(listProcesses(), place.dataDirectory)[0];
      if (found === undefined) throw new Error('there is no postmaster');
      return found.pid;
    },
    keep: (thing) => kept.use(thing),
  };
  const end: DaysEnd = {
    patients,
    loads,
    witness,
    get descriptorsAtFirst() {
      return held.descriptors;
    },
    originalFiles: new Set(readdirSync(place.dataDirectory)),
    earlierSegments: new Set(listSegments().map(({ id }) => id)),
    temporaryFolder,
    mark,
    kept,
  };
  return { day, end };
}

/** As users run it; what makes tests quick would make a crash harmless or worse than it is. */
const likeInProduction = { fsync: 'on', dynamic_shared_memory_type: 'mmap', max_connections: '40' };

function startAlone(place: InstanceFolder, options: FlagOptions, program: string | undefined): Patient {
  // What starts managers gives them Node.js, its flag and the program in dist/; this puts another program in its place.
  const other =
    program === undefined
      ? []
      : ['sh', '-c', 'node=$1; until [ "$1" = run ]; do shift; done; exec "$node" "$0" "$@"', program];
  const wrapper = [...other, ...(options.wrapper ?? [])];
  return patientOf(place.start({ ...options, ...(wrapper.length === 0 ? {} : { wrapper }) }));
}

function patientOf(running: RunningManager, inside?: Pick<Patient, 'managerPid' | 'signal'>): Patient {
  const held = { hasEnded: false };
  void running.exited.then(() => {
    held.hasEnded = true;
  });
  return {
    running,
    hasEnded: () => held.hasEnded,
    ...(inside ?? { managerPid: () => running.pid, signal: running.signal }),
  };
}

async function startUnderInit(place: InstanceFolder, options: FlagOptions): Promise<Patient> {
  const container = await startContainer(place, options.environment, options.flags);
  const { outside } = container;
  // From now on a signal is held, at whatever moment it comes.
  await until('the init', container.holdingInitPid);
  // `unshare` does not pass a signal on.
  const signal: RunningManager['signal'] = (name) => {
    const init = container.initPid();
    if (init !== undefined) sendSignal(init, name);
  };
  const running: RunningManager = {
    ...outside,
    signal,
    stop: async (name = 'SIGTERM') => {
      signal(name);
      const exit = await Promise.race([outside.exited, delay(30_000, undefined, { ref: false })]);
      if (exit === undefined) throw new Error(`the init does not end. It said:\n${outside.output().slice(-6_000)}`);
      return outside.stop();
    },
  };
  return patientOf(running, {
    managerPid: () => container.managerPid() ?? container.initPid() ?? 0,
    signal: (name) => signal(name),
  });
}
