import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process as /proc shows it to root or to its own user. */
export interface ProcessRow {
  readonly pid: number;
  /** In its innermost pid namespace, which is how a manager in a container names it. */
  readonly innerPid: number;
  readonly parent: number;
  readonly command: string;
  readonly commandLine: string;
  readonly isZombie: boolean;
  /** Undefined: it is gone, a zombie, or somebody else's. */
  readonly folder: string | undefined;
}

export function listProcesses(): readonly ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
}

function readProcess(pid: number): ProcessRow | undefined {
  const status = readOptional(`/proc/${pid}/status`);
  if (status === undefined) return undefined;
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  return {
    pid,
    innerPid: Number(field('NSpid').split('\t').at(-1) ?? pid),
    parent: Number(field('PPid')),
    command: field('Name'),
    commandLine: readOptional(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim() ?? '',
    isZombie: field('State').startsWith('Z'),
    folder: linkTarget(`/proc/${pid}/cwd`),
  };
}

/** All that were started by it, and by those, and so on. */
export function descendantsOf(pid: number, processes: readonly ProcessRow[]): readonly ProcessRow[] {
  const children = processes.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, processes)]);
}

/** Those that nobody else in the folder has started: backends have a title, but not from their first moment on. */
export function postmastersAmong(processes: readonly ProcessRow[], dataDirectory: string): readonly ProcessRow[] {
  const inFolder = processes.filter((row) => isServerProcess(row, dataDirectory));
  const pids = new Set(inFolder.map(({ pid }) => pid));
  return inFolder.filter(
    ({ parent, commandLine }) => !pids.has(parent) && commandLine !== '' && !commandLine.startsWith('postgres: '),
  );
}

/** Also where a scenario has removed the folder or moved it away. */
export function isServerProcess(row: ProcessRow, dataDirectory: string): boolean {
  const folders = [dataDirectory, `${dataDirectory} (deleted)`, `${dataDirectory}.away`];
  return row.command === 'postgres' && row.folder !== undefined && folders.includes(row.folder) && !row.isZombie;
}

/** How many descriptors it has open; undefined: it is gone. */
export function countDescriptors(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return undefined;
  }
}

/** What of it is in memory; 0: it is gone. */
export function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readOptional(`/proc/${pid}/status`) ?? '')?.[1] ?? 0) / 1024;
}

export function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
