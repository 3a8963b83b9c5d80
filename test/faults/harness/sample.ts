import type { InstanceStatus } from '../../../src/status/instance-status.ts';

/** What one look from outside saw: what is so, and what the manager says of it. */
export interface Sample {
  /** On the clock of the harness, which nothing in a scenario turns. */
  readonly atMs: number;
  /** Postmasters that stand in the data folder. */
  readonly postmasters: readonly { readonly pid: number; readonly innerPid: number }[];
  /** Everything of PostgreSQL that stands there. */
  readonly serverProcesses: number;
  /** The first line of postmaster.pid; `absent`: there is no such file. */
  readonly lockFile: string | 'absent';
  readonly managerPid: number | undefined;
  /** Undefined: nobody answers. */
  readonly status: Pick<InstanceStatus, 'observedAt' | 'observationAgeMs' | 'phase' | 'postgres'> | undefined;
  /** What a client gets that comes now; undefined: not tried this time. */
  readonly client: 'accepted' | 'turned away' | 'no answer' | undefined;
}

/** What a scenario does on purpose that would otherwise be a lie of the manager or a leftover. */
export interface Allowed {
  /** The test itself takes the lock file away or writes to it. */
  readonly lockFileByTest?: boolean;
  /** The manager cannot be reached for longer than usual, for the reason that is said here. */
  readonly silence?: string;
  /** Clients cannot come the way that the witness comes, though another way they can, for the reason that is said here. */
  readonly otherWay?: string;
}

/** How long a status may be behind: a look each second, and a busy machine. */
const behindMs = 4_000;
/** The end of a process is news at once. */
const pidBehindMs = 2_000;
/** A manager that is there answers within this. */
const silentMs = 6_000;

/** What the samples, oldest first, show that must never be; empty: the status told the truth all the time. */
export function judgeSamples(samples: readonly Sample[], allowed: Allowed): readonly string[] {
  return [
    ...twoPostmasters(samples),
    ...strangePid(samples),
    ...(allowed.otherWay === undefined ? falselyReady(samples) : []),
    ...falselyUnready(samples),
    ...oldAsNew(samples),
    ...(allowed.silence === undefined ? silent(samples) : []),
    ...(allowed.lockFileByTest === true ? [] : lockFileTaken(samples)),
  ];
}

/** Seen twice: a process that was forked a moment ago looks like the one that it was forked from. */
function twoPostmasters(samples: readonly Sample[]): readonly string[] {
  for (const [index, { postmasters }] of samples.entries()) {
    const before = new Set(samples[index - 1]?.postmasters.map(({ pid }) => pid) ?? []);
    const both = postmasters.filter(({ pid }) => before.has(pid)).map(({ pid }) => pid);
    if (both.length > 1) return [`two postmasters on one data folder: ${both.join(' and ')}`];
  }
  return [];
}

/** For longer than news of an end may take, the status names a postmaster that was not there. */
function strangePid(samples: readonly Sample[]): readonly string[] {
  let since: Sample | undefined;
  for (const sample of samples) {
    const pid = sample.status?.postgres.pid ?? undefined;
    const isThere = sample.postmasters.some((seen) => seen.pid === pid || seen.innerPid === pid);
    if (pid === undefined || isThere) since = undefined;
    else if (since?.status?.postgres.pid !== pid) since = sample;
    else if (sample.atMs - since.atMs > pidBehindMs)
      return [`the status names the postmaster ${pid}, which is not there`];
  }
  return [];
}

/** For the whole time that a status may be behind, it said ready and no client got in. */
function falselyReady(samples: readonly Sample[]): readonly string[] {
  const isWrong = longestRun(samples, ({ status, client }) => {
    if (status?.postgres.ready !== true || client === 'accepted') return 'ends';
    return client === undefined ? 'unknown' : 'counts';
  });
  return isWrong ? ['the status said ready while no client got in'] : [];
}

function falselyUnready(samples: readonly Sample[]): readonly string[] {
  const isWrong = longestRun(samples, ({ status, client }) => {
    if (status === undefined || status.postgres.ready) return 'ends';
    if (status.phase === 'Stopping' || status.phase === 'Restarting' || status.phase === 'Initializing') return 'ends';
    if (client === undefined) return 'unknown';
    return client === 'accepted' ? 'counts' : 'ends';
  });
  return isWrong ? ['the status said not ready while clients got in'] : [];
}

/** Said to be of this moment, and the same for longer than a look may take. */
function oldAsNew(samples: readonly Sample[]): readonly string[] {
  let since: Sample | undefined;
  for (const sample of samples) {
    const { status } = sample;
    if (status?.postgres.ready !== true || status.observedAt === null) since = undefined;
    else if (since?.status?.observedAt !== status.observedAt) since = sample;
    else if (sample.atMs - since.atMs > behindMs + 2_000)
      return [`the status said ready by a look of ${status.observedAt}`];
  }
  return [];
}

function silent(samples: readonly Sample[]): readonly string[] {
  let since: Sample | undefined;
  let hasSpoken: number | undefined;
  for (const sample of samples) {
    if (sample.status !== undefined) hasSpoken = sample.managerPid;
    if (sample.status !== undefined || sample.managerPid === undefined || hasSpoken !== sample.managerPid)
      since = undefined;
    else if (since === undefined) since = sample;
    else if (sample.atMs - since.atMs > silentMs) return [`the manager did not answer for ${silentMs} ms`];
  }
  return [];
}

/** While anything of a dead postmaster lives, its lock file is what keeps a second one away. */
function lockFileTaken(samples: readonly Sample[]): readonly string[] {
  for (const [index, sample] of samples.entries()) {
    const before = samples[index - 1];
    if (before === undefined || before.lockFile === 'absent' || before.lockFile === '') continue;
    const isTaken = sample.lockFile === 'absent' && sample.postmasters.length === 0;
    const next = samples[index + 1];
    const isStill = next !== undefined && next.lockFile === 'absent';
    if (
      isTaken &&
      isStill &&
      before.postmasters.length === 0 &&
      sample.serverProcesses > 0 &&
      next.serverProcesses > 0
    ) {
      return [`postmaster.pid was taken away while ${sample.serverProcesses} processes of its postmaster lived`];
    }
  }
  return [];
}

function longestRun(samples: readonly Sample[], kind: (sample: Sample) => 'counts' | 'ends' | 'unknown'): boolean {
  let first: number | undefined;
  let count = 0;
  for (const sample of samples) {
    const one = kind(sample);
    if (one === 'ends') {
      first = undefined;
      count = 0;
    } else if (one === 'counts') {
      first ??= sample.atMs;
      count += 1;
      if (count > 3 && sample.atMs - first > behindMs) return true;
    }
  }
  return false;
}
