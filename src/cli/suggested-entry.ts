import type { Files, InspectedImage, Inspection } from '../inspection/inspected-image.ts';
import { suggestFolders } from '../inspection/suggest-configuration.ts';
import type { OfficialExtension } from '../manifests/official-extensions.ts';
import type { Subject } from './choose-subjects.ts';

/** The lists of an entry of the configuration with which an image would work, with the defaults where they do. */
export function suggestedFolders(
  image: InspectedImage,
  inspection: Inspection,
): Pick<Subject['extension'], 'extensionControlPath' | 'dynamicLibraryPath' | 'ldLibraryPath' | 'declared'> {
  const { extensionControlPath, dynamicLibraryPath, ldLibraryPath } = suggestFolders(image, inspection);
  return {
    extensionControlPath: extensionControlPath ?? ['share'],
    dynamicLibraryPath: dynamicLibraryPath ?? ['lib'],
    ldLibraryPath,
    declared: {
      extensionControlPath: extensionControlPath !== undefined,
      dynamicLibraryPath: dynamicLibraryPath !== undefined,
    },
  };
}

/** The variables that the metadata of an official image asks for, of folders that are in this one. */
export function suggestedVariables(
  official: OfficialExtension | undefined,
  mountPath: string,
  files: Files,
): Subject['extension']['env'] {
  return (official?.env ?? []).flatMap(({ name, folder }) =>
    files.namesIn(`${mountPath}/${folder}`) === undefined ? [] : [{ name, value: `\${image_root}/${folder}` }],
  );
}
