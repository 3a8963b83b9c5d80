/** What a text is as JSON. Where it is none, upstream says what its decoder says; that is left to the reader here. */
export type JsonText = { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'no json' };

export function parseJsonText(text: string): JsonText {
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'no json' };
  }
}

/** The kind of a value as Go's decoder calls it. */
export function jsonKind(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
