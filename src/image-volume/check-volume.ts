import { assertNever } from '../lib/assert-never.ts';
import type { Problem } from './check-folder.ts';
import type { ObservedImageVolume } from './observe-image-volume.ts';

/**
 * `check`: look at each folder. `keep`: nothing is there, which harms nobody. `leave-out`: PostgreSQL would fail on
 * any path below it.
 */
export interface VolumeVerdict {
  readonly folders: 'check' | 'keep' | 'leave-out';
  readonly problems: readonly Problem[];
}

/** What the state of the volume itself means, before its folders are looked at. */
export function checkVolume(observed: ObservedImageVolume): VolumeVerdict {
  const { name, mountPath, volume } = observed;
  switch (volume.state) {
    case 'folder':
      return { folders: 'check', problems: [] };
    case 'mounted':
      return { folders: 'check', problems: mountProblems(observed, volume) };
    case 'missing': {
      const message = `The image volume ${mountPath} is not there: mount the image of ${name} or remove the extension.`;
      return { folders: 'keep', problems: [{ severity: 'error', reason: 'VolumeMissing', message }] };
    }
    case 'empty': {
      const what = volume.mounted ? 'is mounted but holds no files' : 'is an empty folder with nothing mounted on it';
      const message = `The image volume ${mountPath} ${what}: mount the image of ${name} or remove the extension.`;
      return { folders: 'keep', problems: [{ severity: 'error', reason: 'VolumeEmpty', message }] };
    }
    case 'unreadable':
      return unreadable(`The image volume ${mountPath} could not be read: ${volume.cause}.`);
    case 'not-a-folder':
      return unreadable(`The image volume ${mountPath} is not a folder.`);
    default:
      return assertNever(volume);
  }
}

function unreadable(what: string): VolumeVerdict {
  const remedy = 'make it a folder that the user of PostgreSQL may read';
  const message = `${what} All paths of the extension are left out: ${remedy}, or remove the extension.`;
  return { folders: 'leave-out', problems: [{ severity: 'error', reason: 'VolumeUnreadable', message }] };
}

function mountProblems(
  { mountPath, libraryFolders, ldLibraryFolders }: ObservedImageVolume,
  mount: { readonly readOnly: boolean; readonly noexec: boolean },
): readonly Problem[] {
  const problems: Problem[] = [];
  const hasLibraries =
    libraryFolders.some((folder) => folder.state === 'present' && folder.libraries.length > 0) ||
    ldLibraryFolders.some((folder) => folder.state === 'present');
  if (mount.noexec && hasLibraries) {
    const effect = 'so PostgreSQL cannot load the libraries in it: mount it without that option';
    const message = `The image volume ${mountPath} is mounted with noexec, ${effect}.`;
    problems.push({ severity: 'error', reason: 'VolumeNoExec', message });
  }
  if (!mount.readOnly) {
    const remedy = 'mount it read-only, so that nothing changes the code that PostgreSQL loads';
    const message = `The image volume ${mountPath} is mounted read-write: ${remedy}.`;
    problems.push({ severity: 'info', reason: 'VolumeWritable', message });
  }
  return problems;
}
