import { posix } from 'node:path';

/**
 * The one place where a path of the configuration and the folder of an image become one. The path was checked when
 * the configuration was read; one that would leave the image here is a mistake of the program.
 */
export function imagePath(mountPath: string, relative: string): string {
  const path = posix.join(mountPath, relative).replace(/\/$/, '');
  const root = posix.normalize(mountPath).replace(/\/$/, '');
  if (relative.includes('\0') || (path !== root && !path.startsWith(`${root}/`))) {
    throw new Error(`the path ${JSON.stringify(relative)} leaves the image at ${mountPath}`);
  }
  return path;
}
