// ⚡ Sees to it that a folder has one demo at a time.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

type DemoClaim =
  | { readonly kind: 'claimed'; readonly release: () => Promise<void> }
  | { readonly kind: 'running'; readonly pid: number };

/** Claims the folder for this process, unless the process that claimed it before is still there. */
export async function claimDemo(folder: string): Promise<DemoClaim> {
  const file = join(folder, 'demo.pid');
  const before = /^([0-9]+) ([0-9]+)$/.exec((await readFile(file, 'utf8').catch(() => '')).trim());
  const pid = Number(before?.[1]);
  if (before !== null && pid !== process.pid && (await readStartTicks(pid)) === before[2]) {
    return { kind: 'running', pid };
  }
  await writeFile(file, `${process.pid} ${await readStartTicks(process.pid)}\n`, { mode: 0o644 });
  return { kind: 'claimed', release: () => rm(file, { force: true }) };
}

/** When the process started: a pid alone may have been given to another process since. */
async function readStartTicks(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name of the program, in parentheses, may hold blanks: the 22nd field is the 20th after it.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}
