import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { setImmediate as letOthers } from 'node:timers/promises';
import type { ObservedImageVolume } from '../image-volume/observe-image-volume.ts';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import { sha256 } from '../lib/sha256.ts';
import { observeImageTree } from './observe-image-tree.ts';

const filesInOneGo = 25;

/**
 * Another text when the content of an image is another one: that of files is told by inode, size and time. What a container
 * engine mounts as an image never changes, so its identity is enough.
 */
export async function observeImageStamp(
  { mountPath, volume }: Pick<ObservedImageVolume, 'mountPath' | 'volume'>,
  stop: AbortSignal,
): Promise<string> {
  const isFixed = volume.state === 'mounted' && volume.readOnly && imageFileSystems.has(volume.fileSystem);
  if (isFixed) return `${mountPath} ${identityOf(() => statSync(mountPath))}`;
  const identities: string[] = [];
  for (const { path: folder, controlFiles } of observeImageTree(mountPath).folders) {
    const isOfScripts = controlFiles.length > 0;
    const names = namesIn(folder).filter((name) => isLibrary(name) || (isOfScripts && /\.(?:sql|control)$/.test(name)));
    for (const name of names) {
      if (identities.length % filesInOneGo === filesInOneGo - 1) await letOthers();
      if (stop.aborted) return '';
      identities.push(`${name} ${identityOf(() => lstatSync(`${folder}/${name}`))}`);
    }
  }
  return sha256(`${mountPath} ${volume.state}\n${identities.join('\n')}`);
}

/** Of image volumes; others that are read-only here can be written to from elsewhere. */
const imageFileSystems: ReadonlySet<string> = new Set(['overlay', 'erofs', 'squashfs']);

function isLibrary(name: string): boolean {
  return /\.so(?:\.|$)/.test(name);
}

function identityOf(look: () => Stats): string {
  try {
    const { dev, ino, size, mtimeMs } = look();
    return `${dev}:${ino}:${size}:${mtimeMs}`;
  } catch (error) {
    return fileErrorOf(error).code;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    fileErrorOf(error);
    return [];
  }
}
