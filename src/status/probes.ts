import { runningPid } from '../postmaster/postmaster-state.ts';
import type { Snapshot } from './snapshot.ts';

/** `ok` is 200, otherwise 503; the sentence is the body. */
export interface Verdict {
  readonly ok: boolean;
  readonly sentence: string;
}

/** An observation that is older than this proves nothing any more. */
const staleAfterMs = 5_000;
const defunctAfterMs = 1_500;

const yes = (sentence: string): Verdict => ({ ok: true, sentence });
const no = (sentence: string): Verdict => ({ ok: false, sentence });

/** Has it come up? A server that recovers has: it answers, and to kill it would only make it begin again. */
export function startupVerdict(snapshot: Snapshot): Verdict {
  if (snapshot.isInitializing) return no('the data folder is being initialized');
  return snapshot.hasAnswered
    ? yes('started')
    : no(`PostgreSQL has not answered yet (${snapshot.postmaster.state.kind})`);
}

/** Would killing the container help? Only if the manager has given up, or the postmaster is a corpse. */
export function livenessVerdict(snapshot: Snapshot): Verdict {
  const { observation, postmaster } = snapshot;
  if (postmaster.state.kind === 'ended') return no('PostgreSQL has ended');
  const isCorpse = observation?.process === 'defunct' && runningPid(postmaster.state) !== undefined;
  // every process is one for a moment, until its parent has heard of its end
  if (isCorpse && observation.atMs - observation.processSinceMs >= defunctAfterMs)
    return no('the postmaster is defunct');
  return yes('alive');
}

/** Can a client use it now? */
export function readinessVerdict(snapshot: Snapshot, nowMs: number): Verdict {
  const { state } = snapshot.postmaster;
  if (snapshot.isInitializing) return no('the data folder is being initialized');
  if (state.kind !== 'accepting') return no(`PostgreSQL does not accept connections (${state.kind})`);
  const { observation } = snapshot;
  if (observation === undefined) return no('PostgreSQL was not looked at yet');
  if (nowMs - observation.atMs > staleAfterMs) {
    return no(`the last look at PostgreSQL is ${Math.round((nowMs - observation.atMs) / 1000)} s old`);
  }
  if (observation.process !== 'running') return no(`the postmaster is ${observation.process}`);
  if (observation.answer?.kind === 'silent') return no(`PostgreSQL does not answer (${observation.answer.message})`);
  return yes('ready');
}
