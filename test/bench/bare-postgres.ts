// ⚡ The same PostgreSQL without the manager.
import { chownSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { observeEnvironment } from '../../src/postmaster/observe-process.ts';
import { startManagedAndWait } from './managed-instance.ts';
import type { RunningProcess } from './processes.ts';
import type { Place, Workshop } from './workshop.ts';

/** A cluster that is started with the settings, the arguments and the environment that the manager gives to its own. */
export interface BareTwin {
  readonly place: Place;
  /** `file`: another executable than PostgreSQL's own. */
  readonly start: (file?: string) => RunningProcess;
  /** Changes the settings by a rename; the server has still to be told. */
  readonly stage: (workMem: string) => { readonly swap: () => void };
}

/** Runs the managed one once to see what its postmaster is given, and says the same of the twin's folders. */
export async function bareTwin(workshop: Workshop, managed: Place): Promise<BareTwin> {
  const place = workshop.place();
  const { uid, gid } = workshop.user;
  mkdirSync(place.runDirectory);
  if (uid !== undefined && gid !== undefined) chownSync(place.runDirectory, uid, gid);
  const moved = (text: string): string => text.replaceAll(managed.folder, place.folder);

  const instance = await startManagedAndWait(workshop, managed);
  const pid = instance.postmaster();
  const [, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1).map(moved);
  const environment = observeEnvironment(pid);
  await instance.stop();
  if (environment === undefined) throw new Error(`the environment of process ${pid} cannot be read`);

  const settingsFile = join(place.dataDirectory, 'pg-instance-manager.conf');
  const settings = moved(readFileSync(join(managed.dataDirectory, 'pg-instance-manager.conf'), 'utf8'));
  writeFileSync(settingsFile, settings);
  return {
    place,
    start: (file = join(workshop.binDirectory, 'postgres')) =>
      workshop.processes.start({ file, args, environment, stopSignal: 'SIGINT' }),
    stage: (workMem) => {
      const text = settings.replace(/^work_mem = .*$/m, `work_mem = '${workMem}'`);
      writeFileSync(`${settingsFile}.new`, text);
      return { swap: () => renameSync(`${settingsFile}.new`, settingsFile) };
    },
  };
}
