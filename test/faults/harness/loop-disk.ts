import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';

/** A file system in a file, which can break as disks do. */
export interface LoopDisk extends AsyncDisposable {
  /** An error of the disk, after which the kernel lets nobody write any more (ext4(5), errors=remount-ro). */
  readonly breakDown: () => Promise<void>;
  /** What an administrator does: unmounts, checks, mounts again. Nothing may work on it meanwhile. */
  readonly repair: () => Promise<void>;
}

/** Loop devices take root, and the kernel must let us break the file system. */
export function lacksLoopDisks(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root, to mount a disk that can break';
  const hasTools = ['mkfs.ext4', 'fsck.ext4', 'losetup'].every(
    (tool) => spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${tool}`]).status === 0,
  );
  return hasTools && existsSync('/dev/loop-control') && existsSync('/sys/fs/ext4/features')
    ? undefined
    : 'there are no loop devices with ext4';
}

const path = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

// As in small-disk.ts: the disk goes when the test does.
const janitor = `read -r image; read -r place
mount -o loop,errors=remount-ro "$image" "$place" && echo mounted || exit 1
read -r _
umount -l "$place"`;

export async function loopDisk(place: string, image: string, mebibytes: number): Promise<LoopDisk> {
  const { uid, gid } = statSync(place);
  const before = `${place}.before`;
  await execa('cp', ['-a', place, before]);
  writeFileSync(image, '');
  truncateSync(image, mebibytes * 1024 * 1024);
  await execa('mkfs.ext4', ['-q', '-F', image], { env: path });
  const holder = spawn('sh', ['-c', janitor], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env: path,
  });
  holder.stdin.write(`${image}\n${place}\n`);
  const [said] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
  if (!String(said).includes('mounted')) throw new Error(`no disk could be mounted at ${place}`);
  rmSync(`${place}/lost+found`, { recursive: true });
  await execa('chown', [`${uid}:${gid}`, place]);
  await execa('chmod', ['700', place]);
  await execa('cp', ['-a', `${before}/.`, place]);
  rmSync(before, { recursive: true });
  await execa('sync', ['-f', place]);
  return {
    breakDown: async () => {
      const { stdout } = await execa('findmnt', ['--noheadings', '--output', 'SOURCE', '--mountpoint', place], {
        env: path,
      });
      writeFileSync(`/sys/fs/ext4/${stdout.trim().replace('/dev/', '')}/trigger_fs_error`, '1');
    },
    repair: async () => {
      await execa('umount', [place], { env: path });
      // A copy: whoever has made himself a mount namespace meanwhile keeps the broken one alive, and a mount would bring it back.
      const repaired = `${image}.repaired`;
      await execa('cp', ['--sparse=always', image, repaired]);
      await execa('fsck.ext4', ['-p', '-f', repaired], { env: path, reject: false });
      await execa('mount', ['-o', 'loop,errors=remount-ro', repaired, place], { env: path });
      rmSync(`${place}/lost+found`, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: async () => {
      const hasEnded = once(holder, 'exit');
      holder.stdin.end();
      await hasEnded;
    },
  };
}
