import type { Engine } from '../container/engine.ts';
import { giveFolder } from '../instance/prepare-folders.ts';
import { type Credentials, userToBecome } from '../instance/step-down.ts';
import type { StopRequests } from '../lib/stop-requests.ts';
import type { ContainerCommand } from './container-plan.ts';
import { isImageReference } from './image-reference.ts';
import type { ContainerSurroundings } from './in-container.ts';

export interface PlaceFlags {
  /** The image with PostgreSQL to be in; undefined: here. */
  readonly image?: string;
  readonly engine?: Engine;
}

export interface PlaceSurroundings extends Omit<ContainerSurroundings, 'stop'> {
  readonly credentials: Credentials;
  readonly temporaryFolder: string;
  readonly stopRequests: () => StopRequests;
}

/**
 * Executes a command in a container, if one is asked for, else here, with folders in the place of images that are named by
 * reference: `names`, and those of `--with`. Returns its exit code. Engines of containers are loaded when one is needed.
 */
export async function whereAsked(
  command: ContainerCommand,
  { image, engine }: PlaceFlags,
  surroundings: PlaceSurroundings,
  here: (names: readonly string[], beside: readonly string[]) => Promise<number>,
): Promise<number> {
  if (image !== undefined) {
    const stop = new AbortController();
    surroundings.stopRequests().subscribe(() => stop.abort());
    const { inContainer } = await import('./in-container.ts');
    return inContainer(image, engine, command, { ...surroundings, stop: stop.signal });
  }
  const { names } = command;
  const beside = command.kind === 'verify' ? command.flags.with : [];
  if (![...names, ...beside].some(isImageReference)) return here(names, beside);
  const { unpackImages } = await import('./unpacked-images.ts');
  const unpacked = await unpackImages([...names, ...beside], engine, surroundings);
  try {
    // Who has given root up could not remove them.
    const user = command.kind === 'verify' ? userToBecome(surroundings.credentials, command.flags.user) : undefined;
    if (user !== undefined) giveFolder(unpacked.folder, user, 'temporary folder');
    return await here(unpacked.names.slice(0, names.length), unpacked.names.slice(names.length));
  } finally {
    unpacked.remove();
  }
}
