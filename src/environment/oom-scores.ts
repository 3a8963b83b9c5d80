/**
 * When memory runs out, a backend is to die before the postmaster and the postmaster before the manager. A process may
 * raise its own oom_score_adj but not lower it, so the manager keeps its own and the others go up from there.
 * https://www.postgresql.org/docs/18/kernel-resources.html#LINUX-MEMORY-OVERCOMMIT
 */
export interface OomScores {
  readonly postmaster: number;
  readonly backend: number;
}

const highestScore = 1000;
const step = 100;

export function oomScores(manager: number): OomScores {
  const room = Math.min(step, Math.floor((highestScore - manager) / 2));
  return { postmaster: manager + room, backend: manager + 2 * room };
}
