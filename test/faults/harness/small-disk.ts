import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { postgresUser } from '../../support/temporary-folder.ts';

/** A file system of its own at a place in a day's folders. */
export interface SmallDisk extends AsyncDisposable {
  /** Until not one byte more goes on it. */
  readonly fill: () => void;
  /** Takes away again what `fill` has put there. */
  readonly makeRoom: () => void;
  readonly remount: (how: 'ro' | 'rw') => Promise<void>;
}

/** Mounting takes root, and a container may forbid it to root, too. */
export function lacksMounts(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'it needs root, to mount a small disk';
}

// Whoever mounts waits for the end of its input: when the test is killed, that comes by itself, and the disk goes.
const script = `read -r size; read -r place; read -r owner
mount -t tmpfs -o "size=$size,mode=0700" tmpfs "$place" && chown "$owner" "$place" && echo mounted || exit 1
read -r _
umount -l "$place"`;

/** A disk of so many MiB at a folder, with what is in it. */
export async function smallDisk(place: string, mebibytes: number): Promise<SmallDisk> {
  const { uid, gid, mode } = statSync(place);
  const before = `${place}.before`;
  await execa('cp', ['-a', place, before]);
  const mounting = spawn('sh', ['-c', script], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  });
  mounting.stdin.write(`${mebibytes}m\n${place}\n${uid}:${gid}\n`);
  const [said] = await Promise.race([once(mounting.stdout, 'data'), once(mounting, 'exit')]);
  if (!String(said).includes('mounted')) throw new Error(`no disk could be mounted at ${place}`);
  await execa('chmod', [(mode & 0o7777).toString(8), place]);
  await execa('cp', ['-a', `${before}/.`, place]);
  rmSync(before, { recursive: true });
  const ballast = join(place, 'ballast');
  return {
    fill: () => fillUp(ballast),
    makeRoom: () => rmSync(ballast, { force: true }),
    remount: async (how) => void (await execa('mount', ['-o', `remount,${how}`, place])),
    [Symbol.asyncDispose]: async () => {
      const hasEnded = once(mounting, 'exit');
      mounting.stdin.end();
      await hasEnded;
    },
  };
}

/** The same for a run folder, which the manager would only make at its start. */
export function smallRunDisk(runDirectory: string): Promise<SmallDisk> {
  mkdirSync(runDirectory, { mode: 0o755 });
  const { uid = 0, gid = 0 } = postgresUser();
  chownSync(runDirectory, uid, gid);
  return smallDisk(runDirectory, 1);
}

function fillUp(file: string): void {
  const descriptor = openSync(file, 'a');
  try {
    for (const size of [1024 * 1024, 4096, 1]) {
      const chunk = Buffer.alloc(size, 'x');
      while (hasRoomFor(descriptor, chunk));
    }
  } finally {
    closeSync(descriptor);
  }
}

function hasRoomFor(descriptor: number, chunk: Buffer): boolean {
  try {
    return writeSync(descriptor, chunk) === chunk.length;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}
