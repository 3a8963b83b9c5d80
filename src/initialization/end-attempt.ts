import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { signalProcess } from '../lib/signal-process.ts';
import { observeProcess } from '../postmaster/observe-process.ts';

const patienceMs = 2_000;
const betweenLooksMs = 20;

/** Not the shell of somebody who looks at the folder. */
const programs: ReadonlySet<string> = new Set(['initdb', 'postgres']);

/**
 * Ends what still works in the folder of an attempt whose manager was killed: initdb, the PostgreSQL that it has started, or
 * the temporary server. Otherwise they write while the folder is removed, and initdb removes it at the same time.
 */
export async function endAttempt(folder: string): Promise<void> {
  const signalled = new Set<number>();
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += betweenLooksMs) {
    const working = observeWorking(folder);
    if (working.length === 0) return;
    // As if Ctrl+\ were pressed: initdb and PostgreSQL take it as an order to end at once, and clean up what they can.
    for (const pid of working.filter((one) => !signalled.has(one))) signalProcess(pid, 'SIGQUIT');
    for (const pid of working) signalled.add(pid);
    await delay(betweenLooksMs);
  }
  for (const pid of observeWorking(folder)) signalProcess(pid, 'SIGKILL');
}

/** initdb has the folder on its command line, and PostgreSQL stands in it; a defunct one has neither. */
function observeWorking(folder: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (pid) => programs.has(observeProcess(pid)?.command ?? '') && (isNamed(pid, folder) || standsIn(pid, folder)),
    );
}

function isNamed(pid: number, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .some((argument) => argument === folder || argument.endsWith(`=${folder}`));
  } catch {
    return false;
  }
}

function standsIn(pid: number, folder: string): boolean {
  try {
    const place = readlinkSync(`/proc/${pid}/cwd`);
    return place === folder || place.startsWith(`${folder}/`);
  } catch {
    return false;
  }
}
