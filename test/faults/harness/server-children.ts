import { setTimeout as delay } from 'node:timers/promises';
import { readOptional } from './process-table.ts';

/**
 * Waits until a postmaster has a process with such a title (https://www.postgresql.org/docs/18/monitoring-ps.html).
 * `at: 'once'`: does nothing else meanwhile, for one that lives for some milliseconds.
 */
export async function serverChild(
  postmasterPid: () => number | undefined,
  title: RegExp,
  options: { readonly at?: 'once'; readonly timeoutMs?: number } = {},
): Promise<number> {
  const untilMs = performance.now() + (options.timeoutMs ?? 20_000);
  while (performance.now() < untilMs) {
    const postmaster = postmasterPid();
    const found = postmaster === undefined ? undefined : childWith(postmaster, title);
    if (found !== undefined) return found;
    if (options.at === undefined) await delay(5);
    else await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`no process of PostgreSQL is called ${title}`);
}

/** Without a look at all processes there are. */
function childWith(postmaster: number, title: RegExp): number | undefined {
  const children = (readOptional(`/proc/${postmaster}/task/${postmaster}/children`) ?? '').split(' ').filter(Boolean);
  return children.map(Number).find((pid) => title.test(readOptional(`/proc/${pid}/cmdline`) ?? ''));
}
