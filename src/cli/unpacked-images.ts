import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, unpackImage } from '../container/engine.ts';
import { ExitError } from '../lib/errors.ts';
import type { StopRequests } from '../lib/stop-requests.ts';
import { nameOfImage } from './container-plan.ts';
import { isImageReference } from './image-reference.ts';
import { refusal, requireEngine } from './in-container.ts';

/** 128 + SIGINT */
const interruptedExit = 130;

/** Names with folders in the place of references, and the end of these folders. */
export interface UnpackedImages {
  readonly names: readonly string[];
  /** What they are in. */
  readonly folder: string;
  readonly remove: () => void;
}

interface UnpackSurroundings {
  readonly temporaryFolder: string;
  readonly stopRequests: () => StopRequests;
}

/** Copies the images that are named by reference to a temporary folder; what is a name or a folder stays as it is. */
export async function unpackImages(
  names: readonly string[],
  wanted: Engine | undefined,
  { temporaryFolder, stopRequests }: UnpackSurroundings,
): Promise<UnpackedImages> {
  // Heard from now on, so that nothing is left behind.
  const stop = stopRequests();
  const engine = await requireEngine(wanted);
  const folder = mkdtempSync(join(temporaryFolder, 'pgim-images-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    // As root, another user is to read them.
    chmodSync(folder, 0o755);
    const unpacked: string[] = [];
    for (const name of names) {
      unpacked.push(isImageReference(name) ? await unpack(engine, name, folder) : name);
      if (stop.isRequested()) throw new ExitError(interruptedExit, '');
    }
    return { names: unpacked, folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function unpack(engine: Engine, reference: string, folder: string): Promise<string> {
  const path = join(folder, nameOfImage(reference));
  mkdirSync(path, { recursive: true, mode: 0o755 });
  const why = await unpackImage(engine, reference, path);
  if (why !== undefined) throw refusal(`the image ${reference} could not be unpacked: ${why}`);
  return path;
}
