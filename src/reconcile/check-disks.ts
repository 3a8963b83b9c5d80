import type { Finding } from '../lib/finding.ts';

/** A file system, by a folder that is on it. `freeBytes`: what users other than root may still write. */
export interface ObservedDisk {
  readonly path: string;
  /** `data`: PostgreSQL's own; `run`: sockets and what is remembered. */
  readonly use: 'data' | 'run';
  readonly freeBytes: number;
  readonly isReadOnly: boolean;
}

const mebibyte = 1024 * 1024;
/** A segment of WAL, https://www.postgresql.org/docs/18/wal-configuration.html; the run folder has lock files alone. */
const leastFreeBytes = { data: 16 * mebibyte, run: 64 * 1024 } as const satisfies Record<ObservedDisk['use'], number>;

/** Before PostgreSQL says so, if it can still say anything: it cannot write any more, or only a little. */
export function checkDisks(disks: readonly ObservedDisk[]): readonly Finding[] {
  return disks.flatMap((disk): readonly Finding[] => {
    if (disk.isReadOnly) return [readOnly(disk)];
    return disk.freeBytes < leastFreeBytes[disk.use] ? [full(disk)] : [];
  });
}

function readOnly({ path }: ObservedDisk): Finding {
  return {
    severity: 'error',
    reason: 'DiskReadOnly',
    subject: 'postgres',
    message: `The disk of ${path} is read-only: nothing can be written to it, and PostgreSQL does not start there. Look in the kernel's log for errors of the disk, and mount it read-write; the rest goes on by itself.`,
  };
}

function full({ path, use, freeBytes }: ObservedDisk): Finding {
  const [free, least] = [describe(freeBytes), describe(leastFreeBytes[use])];
  const why = use === 'data' ? `the ${least} of the next WAL segment` : least;
  return {
    severity: 'error',
    reason: 'DiskFull',
    subject: 'postgres',
    message: `The disk of ${path} is full: ${free} are free, less than ${why}. Make room, or make the volume larger; never take anything out of pg_wal. The rest goes on by itself.`,
  };
}

function describe(bytes: number): string {
  return bytes < mebibyte ? `${Math.floor(bytes / 1024)} KiB` : `${Math.floor(bytes / mebibyte)} MiB`;
}
