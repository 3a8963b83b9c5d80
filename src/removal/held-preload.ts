import { keepOrder } from './keep-order.ts';
import type { LeavingImage } from './leaving-images.ts';
import { libraryName } from './library-name.ts';

export interface PreloadInputs {
  /** What users name now. */
  readonly named: readonly string[];
  /** The list that was applied last. */
  readonly applied: readonly string[];
  readonly leaving: readonly LeavingImage[];
}

export interface HeldPreload {
  /** The list to look up and put in force, with what held images bring. */
  readonly wanted: readonly string[];
  /** The same, with what images bring whose folder is gone: to be remembered, in case that it comes back. */
  readonly remembered: readonly string[];
}

/**
 * A library that nobody names any more stays as long as the image that has it: taken off the list with the image in
 * place, it goes, since that was asked for.
 */
export function heldPreload({ named, applied, leaving }: PreloadInputs): HeldPreload {
  const names = new Set(named.map(libraryName));
  const unnamed = applied.filter((library) => !names.has(libraryName(library)));
  const broughtBy = (images: readonly LeavingImage[]): readonly string[] =>
    keepOrder(
      named,
      unnamed.filter((library) => images.some((image) => brings(image, library))),
      applied.map(libraryName),
      libraryName,
    );
  return { wanted: broughtBy(leaving.filter(({ state }) => state === 'held')), remembered: broughtBy(leaving) };
}

/** Of an entry of shared_preload_libraries, which is a plain name or an absolute path. */
function brings({ applied, mountPath }: LeavingImage, library: string): boolean {
  return library.startsWith(`${mountPath}/`) || applied.libraries.includes(libraryName(library));
}
