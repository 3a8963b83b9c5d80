import { accessSync, constants, readFileSync, statfsSync, statSync } from 'node:fs';
import { mountOf, parseMountInfo } from '../image-volume/mountinfo.ts';
import { errorCode } from '../lib/errors.ts';
import type { ObservedDisk } from './check-disks.ts';
import type { InstanceOptions } from './options.ts';

/** The file systems that PostgreSQL and the manager write to, each by the first of their folders that is on it. */
export function observeDisks({ dataDirectory, runDirectory }: InstanceOptions): readonly ObservedDisk[] {
  const data = [dataDirectory, `${dataDirectory}/pg_wal`, `${dataDirectory}/log`];
  const disks = new Map<number, ObservedDisk>();
  for (const path of [...data, runDirectory]) {
    const device = deviceOf(path);
    if (device === undefined || disks.has(device)) continue;
    disks.set(device, { path, use: path === runDirectory ? 'run' : 'data', ...spaceOf(path) });
  }
  return [...disks.values()];
}

/** Nobody may write to the file system of a folder, because it was mounted so, or since the disk had an error. */
export function isReadOnly(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return mountOf(parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')), path)?.readOnly === true;
  } catch (error) {
    return errorCode(error) === 'EROFS';
  }
}

function spaceOf(path: string): Pick<ObservedDisk, 'freeBytes' | 'isReadOnly'> {
  const { bavail, bsize } = statfsSync(path);
  return { freeBytes: bavail * bsize, isReadOnly: isReadOnly(path) };
}

/** Undefined: there is no such folder, or it is out of reach, which others say better. */
function deviceOf(path: string): number | undefined {
  try {
    return statSync(path).dev;
  } catch {
    return undefined;
  }
}
