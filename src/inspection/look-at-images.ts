import { readFileSync } from 'node:fs';
import { checkImageVolume, type DeclaredPaths } from '../image-volume/check-image-volume.ts';
import { checkShadowing, type ServerFiles } from '../image-volume/check-shadowing.ts';
import { checkUpdateScripts } from '../image-volume/check-update-scripts.ts';
import { type DeclaredFolders, extensionFolders } from '../image-volume/extension-folders.ts';
import { parseMountInfo } from '../image-volume/mountinfo.ts';
import { observeControlFolder, observeLibraryFolder } from '../image-volume/observe-folder.ts';
import { observeImageVolume } from '../image-volume/observe-image-volume.ts';
import { observeLibdirLoads } from '../image-volume/observe-update-scripts.ts';
import type { Finding } from '../lib/finding.ts';
import { extensionPaths } from '../settings/extension-paths.ts';
import { observeServerFolders } from '../settings/server-folders.ts';
import { inspectImages } from './inspect-images.ts';
import { creationScripts } from './inspected-extension.ts';
import type { InspectedImage, Inspection } from './inspected-image.ts';
import { observeInspection } from './observe-inspection.ts';
import { withoutToldBetter } from './told-better.ts';

/** An image that is in force for a server, as an entry of the configuration describes it, and where it is mounted. */
export interface Subject extends DeclaredFolders {
  readonly mountPath: string;
  readonly declared: DeclaredPaths;
}

export interface LookedAt {
  readonly inspection: Inspection;
  readonly findings: readonly Finding[];
}

/** Everything that can be told of images before a server runs, with which it would run, in the order of the images. */
export function lookAtImages(
  subjects: readonly Subject[],
  binDirectory: string | undefined,
  inheritedLdLibraryPath: readonly string[],
): LookedAt {
  const mounts = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  const images = subjects.map((subject) => {
    const observed = observeImageVolume(extensionFolders(subject, subject.mountPath), mounts);
    return { observed, checked: checkImageVolume(observed, subject.declared) };
  });
  const usable = images.map(({ checked }) => checked.usable);
  const inspection = observeInspection({
    images,
    binDirectory,
    ldLibraryPath: [...new Set([...inheritedLdLibraryPath, ...usable.flatMap(({ ldLibraryPath }) => ldLibraryPath)])],
    dynamicLibraryPath: extensionPaths(usable, {}).dynamicLibraryPath,
  });
  const server = observeServerFiles(binDirectory);
  const inspected = inspectImages(inspection);
  // What creating scripts load is told by the checks, if there is a server to tell it of.
  const told = inspection.server === undefined ? [] : inspection.images.flatMap(creatingScripts);
  const loads = observeLibdirLoads(usable, new Set(told));
  return {
    inspection,
    findings: [
      ...withoutToldBetter(
        images.flatMap(({ checked }) => checked.findings),
        inspected,
      ),
      ...checkShadowing(server, images),
      ...inspected,
      ...checkUpdateScripts(loads, server.libraryFolder?.state === 'present' ? server.libraryFolder.libraries : []),
    ],
  };
}

function observeServerFiles(binDirectory: string | undefined): ServerFiles {
  const folders = binDirectory === undefined ? {} : observeServerFolders(binDirectory);
  const { systemShareDirectory: share, libraryDirectory: library } = folders;
  return {
    ...(share === undefined ? {} : { controlFolder: observeControlFolder(share) }),
    ...(library === undefined ? {} : { libraryFolder: observeLibraryFolder(library) }),
  };
}

function creatingScripts({ extensions }: InspectedImage): readonly string[] {
  return extensions.flatMap((one) => creationScripts(one).map(({ path }) => path));
}
