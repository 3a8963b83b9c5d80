import { keepOrder } from './keep-order.ts';

/** As much of an image as decides where it goes. */
export interface PlaceableImage {
  readonly configuration: { readonly name: string };
  readonly checked: {
    readonly provides: readonly { readonly name: string }[];
    readonly libraries: readonly string[];
  };
}

/**
 * Held images stay where they were, but for those that bring what a configured one brings, too: in front of the image
 * that takes their place they would hide it, and what is to be updated before they can go could never be.
 */
export function placeHeld<Image extends PlaceableImage>(
  configured: readonly Image[],
  held: readonly Image[],
  appliedOrder: readonly string[],
): readonly Image[] {
  const names = new Set(configured.flatMap(namesIn));
  const rivals = held.filter((image) => namesIn(image).some((name) => names.has(name)));
  const others = held.filter((image) => !rivals.includes(image));
  return [...keepOrder(configured, others, appliedOrder, ({ configuration }) => configuration.name), ...rivals];
}

function namesIn({ checked: { provides, libraries } }: PlaceableImage): readonly string[] {
  return [...provides.map(({ name }) => `${name}.control`), ...libraries];
}
