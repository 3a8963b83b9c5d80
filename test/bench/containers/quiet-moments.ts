// ⚡ Sees how much others use the machine while nothing of ours runs.
import { setTimeout as delay } from 'node:timers/promises';
import { readMachineTicks, readOwnTicks } from '../process-usage.ts';

export interface QuietMoments {
  /** Takes one; every container of ours has to be gone. */
  readonly pass: () => Promise<void>;
  /** The share of all cores, in percent, that others than the bench used in all of them. */
  readonly othersPercent: () => number;
}

/** For the engine to tidy up behind a container. */
const settleMs = 100;
const momentMs = 300;

/** Containers are no children of this process, so what they use while they run cannot be told from what others use. */
export function quietMoments(): QuietMoments {
  const sum = { byOthers: 0, all: 0 };
  return {
    pass: async () => {
      await delay(settleMs);
      const before = { machine: readMachineTicks(), own: readOwnTicks() };
      await delay(momentMs);
      const after = { machine: readMachineTicks(), own: readOwnTicks() };
      sum.byOthers += after.machine.busy - before.machine.busy - (after.own - before.own);
      sum.all += after.machine.all - before.machine.all;
    },
    othersPercent: () => (sum.all === 0 ? 0 : Math.max(0, (100 * sum.byOthers) / sum.all)),
  };
}
