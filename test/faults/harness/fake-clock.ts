import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InstanceFolder } from '../../integration/run/instance-folder.ts';

/** The clock of the machine, as far as one manager and its PostgreSQL can see, and how it is turned. */
export interface FakeClock {
  /** Of the manager. */
  readonly environment: Readonly<Record<string, string>>;
  /** A folder with a `postgres` that sees the same clock: the manager keeps LD_PRELOAD from it. */
  readonly binDirectory: string;
  /** From now on it is so many seconds before or after what it is. */
  readonly set: (aheadSeconds: number) => void;
}

/**
 * Stands before the C library's own. The monotonic clock is left alone, as nobody can set that of a machine. (libfaketime
 * puts variables into the environment that the manager then wants PostgreSQL to have.)
 */
const source = `
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t ahead(void) {
  static volatile int64_t *seconds;
  if (seconds == 0) {
    int file = open(AHEAD_FILE, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    void *mapped = mmap(0, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (mapped == MAP_FAILED) return 0;
    seconds = mapped;
  }
  return *seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = (int)syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += ahead();
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec precise;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *to) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  if (to != 0) *to = precise.tv_sec;
  return precise.tv_sec;
}
`;

export function lacksFakeClock(): string | undefined {
  return spawnSync('gcc', ['--version']).status === 0 ? undefined : 'there is no gcc';
}

export function fakeClock(place: Pick<InstanceFolder, 'folder' | 'binDirectory'>): FakeClock {
  const [file, library, code] = ['ahead', 'clock.so', 'clock.c'].map((name) => join(place.folder, name));
  if (file === undefined || library === undefined || code === undefined) throw new Error('cannot happen');
  const set = (aheadSeconds: number): void => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(aheadSeconds));
    // In place: it is mapped.
    writeFileSync(file, bytes, { flag: 'r+' });
  };
  writeFileSync(file, Buffer.alloc(8), { mode: 0o644 });
  writeFileSync(code, source);
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', `-DAHEAD_FILE="${file}"`, '-o', library, code]);
  const binDirectory = join(place.folder, 'bin');
  mkdirSync(binDirectory);
  const script = `#!/bin/sh\nLD_PRELOAD='${library}' exec '${place.binDirectory}/postgres' "$@"\n`;
  writeFileSync(join(binDirectory, 'postgres'), script);
  chmodSync(join(binDirectory, 'postgres'), 0o755);
  return { environment: { LD_PRELOAD: library }, binDirectory, set };
}
