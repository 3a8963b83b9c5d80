// ⚡ Sees how much others have used the machine meanwhile.
import { readMachineTicks, readOwnTicks } from './process-usage.ts';

/**
 * Runs a task and says what share of all cores was at work for others than the bench. Right only for a task that lets
 * everything end that it has started: the kernel tells a process what its children have used when they are gone.
 */
export async function besideOthers<T>(
  task: () => Promise<T>,
): Promise<{ readonly result: T; readonly othersPercent: number }> {
  const before = { machine: readMachineTicks(), own: readOwnTicks() };
  const result = await task();
  const after = { machine: readMachineTicks(), own: readOwnTicks() };
  const byOthers = after.machine.busy - before.machine.busy - (after.own - before.own);
  const all = after.machine.all - before.machine.all;
  return { result, othersPercent: all === 0 ? 0 : Math.max(0, (100 * byOthers) / all) };
}
