import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listProcesses, readOptional } from './process-table.ts';

export interface LeftoverPorts {
  readonly folder: string;
  readonly dataDirectory: string;
  readonly runDirectory: string;
  /** A variable that everything has in its environment that was started for the day. */
  readonly mark: string;
  readonly postmasters: ReadonlySet<number>;
  /** Numbers of shared memory segments that were there before: pids come again. */
  readonly earlierSegments: ReadonlySet<string>;
  /** PGDATA as it was before the first manager. */
  readonly originalFiles: ReadonlySet<string>;
}

/** Files that may stay: they are there for the next start. */
const keptInData =
  /^(pg-instance-manager\.(conf|applied\.json|last-good\.json)|postmaster\.opts|postgresql\.auto\.conf|current_logfiles|log|backup_label\.old|logfile)$/;
const keptInRun = /^pg-instance-manager\.(configuration|exclusions|safe-mode)\.json$/;

/** What is still there although PostgreSQL and the manager have ended: processes, sockets, files, shared memory, locks. */
export function findLeftovers(ports: LeftoverPorts): readonly string[] {
  return [...processes(ports), ...runFiles(ports), ...dataFiles(ports), ...sharedMemory(ports), ...locks(ports)];
}

function processes({ folder, dataDirectory, mark }: LeftoverPorts): readonly string[] {
  return listProcesses()
    .filter(({ pid }) => pid !== process.pid)
    .filter(
      (row) =>
        row.folder?.startsWith(dataDirectory) === true ||
        row.folder?.startsWith(folder) === true ||
        row.commandLine.includes(dataDirectory) ||
        readOptional(`/proc/${row.pid}/environ`)?.split('\0').includes(mark) === true,
    )
    .map((row) => `a process is left: ${row.pid} ${row.commandLine || row.command}`);
}

function runFiles({ runDirectory }: LeftoverPorts): readonly string[] {
  if (!existsSync(runDirectory)) return [];
  return readdirSync(runDirectory)
    .filter((name) => !keptInRun.test(name))
    .map((name) => `left in the run folder: ${name}`);
}

function dataFiles({ dataDirectory, originalFiles }: LeftoverPorts): readonly string[] {
  if (!existsSync(dataDirectory)) return [];
  const found = readdirSync(dataDirectory).filter((name) => !originalFiles.has(name) && !keptInData.test(name));
  const temporary = ['base/pgsql_tmp', 'pg_dynshmem'].flatMap((folder) => {
    const path = join(dataDirectory, folder);
    return existsSync(path) ? readdirSync(path).map((name) => `${folder}/${name}`) : [];
  });
  return [...found, ...temporary].map((name) => `left in the data folder: ${name}`);
}

function sharedMemory({ postmasters, earlierSegments }: LeftoverPorts): readonly string[] {
  return listSegments()
    .filter(({ id, creator, isInUse }) => postmasters.has(creator) && !earlierSegments.has(id) && !isInUse)
    .map(({ id }) => `a shared memory segment is left: ${id}`);
}

interface Segment {
  readonly id: string;
  readonly creator: number;
  /** Of another server then, whose postmaster got the pid that one of ours had; or of a process that is told of itself. */
  readonly isInUse: boolean;
}

/**
 * https://man7.org/linux/man-pages/man5/proc_sysvipc.5.html: the second column is the number, the fifth who made it, the
 * seventh how many use it.
 */
export function listSegments(): readonly Segment[] {
  const rows = (readOptional('/proc/sysvipc/shm') ?? '').split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .map(([, id = '', , , creator, , users]) => ({ id, creator: Number(creator), isInUse: Number(users) > 0 }));
}

function locks({ dataDirectory }: LeftoverPorts): readonly string[] {
  if (!existsSync(dataDirectory)) return [];
  const { dev, ino } = statSync(dataDirectory);
  const hex = (number: number): string => number.toString(16).padStart(2, '0');
  const place = `${hex((dev >> 8) & 0xfff)}:${hex((dev & 0xff) | ((dev >> 12) & 0xfff00))}:${ino}`;
  return (readOptional('/proc/locks') ?? '')
    .split('\n')
    .filter((line) => line.split(/\s+/)[5] === place)
    .map((line) => `a lock on the data folder is left: ${line}`);
}
