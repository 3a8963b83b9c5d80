import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../lib/clock.ts';
import { observePostmasterPid, observeProcess } from '../postmaster/observe-process.ts';
import type { PostmasterPid } from '../postmaster/postmaster-pid.ts';
import { type PostmasterState, runningPid } from '../postmaster/postmaster-state.ts';
import type { PostmasterSupervisor } from '../postmaster/postmaster-supervisor.ts';
import type { ServerAddress } from '../server/connection.ts';
import { addressFromPostmasterPid, tcpFromPostmasterPid } from '../server/server-address.ts';
import type { ServerAnswer } from '../server/server-answer.ts';
import type { ServerMonitor } from '../server/server-monitor.ts';
import { type Losses, nothingLost, type Observation } from '../status/snapshot.ts';
import type { SnapshotHolder } from './snapshot-holder.ts';
import type { Notice } from './tell-notice.ts';
import type { lossWatch } from './watch-losses.ts';
import type { recoveryWatch } from './watch-recovery.ts';

export interface ServerWatchPorts {
  readonly clock: Clock;
  readonly monitor: ServerMonitor;
  readonly supervisor: PostmasterSupervisor;
  readonly holder: SnapshotHolder;
  readonly dataDirectory: string;
  readonly login: Pick<ServerAddress, 'user' | 'passwordFile' | 'password'>;
  readonly watchLosses: ReturnType<typeof lossWatch>;
  readonly noticed: (notice: Notice) => void;
  readonly watchRecovery: ReturnType<typeof recoveryWatch>;
  /** Something about the settings in force has changed. */
  readonly settingsMoved: () => void;
}

export interface ServerWatch {
  /** Looks now; the pass uses it when it needs the truth of this moment. */
  readonly look: () => Promise<ServerAnswer | undefined>;
  /** Where sessions are to be had; undefined before the server was seen. */
  readonly address: () => ServerAddress | undefined;
  /** Looks again soon, whatever pause was planned. */
  readonly wake: () => void;
  /** Until `stop` is aborted. */
  readonly run: (stop: AbortSignal) => Promise<void>;
}

/** The longest pause, so that an observation is at most a second old. */
const restPauseMs = 900;
/** A promotion is to be noticed at once. */
const standbyPauseMs = 250;
/** Between two questions to a server that does not say that it is ready. */
const unreadyPauseMs = 450;

/** Looks at the process and asks the server, over and over, and tells the supervisor what it answered. */
export function serverWatch(ports: ServerWatchPorts): ServerWatch {
  const held: {
    pause: AbortController;
    looking: Promise<ServerAnswer | undefined> | undefined;
    /** As the lock file last had it: a server whose file was deleted is still there for a minute. */
    address: { readonly host: string; readonly port: number } | undefined;
    sharedMemory: string;
    settings: string;
    askedAtMs: number;
    /** Where it listens besides its socket. */
    tcp: { readonly host: string; readonly port: number } | undefined;
    losses: Losses;
  } = {
    pause: new AbortController(),
    looking: undefined,
    address: undefined,
    sharedMemory: '',
    settings: '',
    askedAtMs: 0,
    tcp: undefined,
    losses: nothingLost,
  };

  /** The loop and a pass may want to know at once; one look serves both, and there is one session. */
  function look(): Promise<ServerAnswer | undefined> {
    held.looking ??= lookOnce().finally(() => {
      held.looking = undefined;
    });
    return held.looking;
  }

  async function lookOnce(): Promise<ServerAnswer | undefined> {
    const { state } = ports.supervisor.current();
    const pid = runningPid(state);
    const process = pid === undefined ? 'gone' : (observeProcess(pid)?.state ?? 'gone');
    ports.watchRecovery(state, process);
    const lockFile = observePostmasterPid(ports.dataDirectory);
    if (pid !== undefined && lockFile?.pid === pid) countCrashRestart(pid, lockFile);
    if (pid !== undefined && lockFile?.pid === pid) {
      held.address = addressFromPostmasterPid(lockFile) ?? held.address;
      held.tcp = tcpFromPostmasterPid(lockFile);
    }
    held.losses = ports.watchLosses(state, lockFile, held.address);
    if (pid !== undefined && lockFile?.pid === pid && lockFile.status === 'stopping') return seenStopping(process);
    const isAskable = process === 'running' && isTimeToAsk(state, lockFile?.pid === pid ? lockFile : undefined);
    const place = isAskable ? whereToAsk() : undefined;
    if (place === undefined) return observed(process, undefined);
    held.askedAtMs = ports.clock.now();
    const answer = await ports.monitor.look({ ...place, ...ports.login });
    // It may have gone down while it was asked; then the answer is of the past.
    if (runningPid(ports.supervisor.current().state) !== pid) return undefined;
    return observed(process, answer);
  }

  /** Clients may still come over TCP when somebody has removed the socket. */
  function whereToAsk(): { readonly host: string; readonly port: number } | undefined {
    return held.losses.lostSocket === undefined ? held.address : (held.tcp ?? held.address);
  }

  /** Somebody has told it to; an old session would go on answering, and a smart shutdown would wait for it. */
  async function seenStopping(process: Observation['process']): Promise<ServerAnswer | undefined> {
    await ports.monitor.close();
    const answer = { kind: 'rejecting', message: 'the database system is shutting down' } as const;
    return observed(process, answer);
  }

  function observed(process: Observation['process'], answer: ServerAnswer | undefined): ServerAnswer | undefined {
    const atMs = ports.clock.now();
    const before = ports.holder.current().observation;
    const processSinceMs = before?.process === process ? before.processSinceMs : atMs;
    const { losses } = held;
    ports.holder.update({ observation: { atMs, process, processSinceMs, losses, answer } });
    if (!isDeepStrictEqual(losses, before?.losses ?? nothingLost)) ports.noticed('losses');
    if (losses.lostDataFolder !== before?.losses.lostDataFolder) ports.settingsMoved();
    if (process === 'frozen' && before?.process !== 'frozen') ports.noticed('frozen');
    if (process === 'running' && before?.process === 'frozen') ports.noticed('thawed');
    if (answer === undefined || answer.kind === 'silent') return answer;
    ports.holder.update({ hasAnswered: true });
    ports.supervisor.send({ kind: 'answered', answer: answer.kind === 'rejecting' ? 'rejecting' : 'accepting' });
    if (answer.kind === 'accepting') {
      const { configurationLoadedAt, settingsSha256, inRecovery } = answer.session;
      // A promotion is news, too.
      const settings = `${configurationLoadedAt} ${settingsSha256} ${inRecovery}`;
      if (held.settings !== settings) ports.settingsMoved();
      held.settings = settings;
    }
    return answer;
  }

  /** The segment is new after a crash restart although pid and start time are the old ones. */
  function countCrashRestart(pid: number, lockFile: PostmasterPid): void {
    if (lockFile.sharedMemory === undefined || lockFile.sharedMemory === '') return;
    const known = held.sharedMemory;
    held.sharedMemory = `${pid} ${lockFile.sharedMemory}`;
    if (known.startsWith(`${pid} `) && known !== held.sharedMemory) {
      const { counters, observation } = ports.holder.current();
      // What it said before is of another life: nobody may read of the crash and, beside that, that it is ready.
      const answer = { kind: 'rejecting', message: 'the database system is in recovery mode' } as const;
      ports.holder.update({
        counters: { ...counters, crashRestarts: counters.crashRestarts + 1 },
        observation: observation === undefined ? undefined : { ...observation, answer },
      });
      ports.noticed('crash-restart');
      void ports.monitor.close();
    }
  }

  /** A server that starts logs a FATAL line for each session that it turns away, so it is asked rarely till it says ready. */
  function isTimeToAsk(state: PostmasterState, lockFile: PostmasterPid | undefined): boolean {
    if (state.kind === 'accepting') return true;
    if (state.kind !== 'starting' && state.kind !== 'recovering') return false;
    if (state.kind === 'starting' && (lockFile?.status === 'ready' || lockFile?.status === 'standby')) return true;
    return ports.clock.now() - Math.max(held.askedAtMs, state.sinceMs) >= unreadyPauseMs;
  }

  async function run(stop: AbortSignal): Promise<void> {
    stop.addEventListener('abort', wake, { once: true });
    while (!stop.aborted) {
      held.pause = new AbortController();
      await look();
      if (!stop.aborted) await ports.clock.sleep(pauseMs(), held.pause.signal);
    }
  }

  function pauseMs(): number {
    const { state } = ports.supervisor.current();
    if (state.kind === 'starting') return ports.clock.now() - state.sinceMs < 5_000 ? 5 : 50;
    if (state.kind === 'recovering') return 50;
    const answer = ports.holder.current().observation?.answer;
    return answer?.kind === 'accepting' && answer.session.inRecovery ? standbyPauseMs : restPauseMs;
  }

  function wake(): void {
    held.pause.abort();
  }

  return {
    look,
    address: () => {
      const place = whereToAsk();
      return place === undefined ? undefined : { ...place, ...ports.login };
    },
    wake,
    run,
  };
}
