import type { InspectedImage, Inspection } from '../inspection/inspected-image.ts';
import { suggestFolders } from '../inspection/suggest-configuration.ts';
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
