import { imagePath } from './image-path.ts';
import type { ImageFolders } from './observe-image-volume.ts';

/** The folders that an entry of the configuration names, as paths inside the image. */
export interface DeclaredFolders {
  readonly name: string;
  readonly extensionControlPath: readonly string[];
  readonly dynamicLibraryPath: readonly string[];
  readonly ldLibraryPath: readonly string[];
  readonly binPath: readonly string[];
}

/** The same as absolute paths, for an image that is mounted there. */
export function extensionFolders(extension: DeclaredFolders, mountPath: string): ImageFolders {
  const absolute = (paths: readonly string[]): readonly string[] => paths.map((path) => imagePath(mountPath, path));
  return {
    name: extension.name,
    mountPath,
    controlPath: absolute(extension.extensionControlPath),
    libraryPath: absolute(extension.dynamicLibraryPath),
    ldLibraryPath: absolute(extension.ldLibraryPath),
    binPath: absolute(extension.binPath),
  };
}
