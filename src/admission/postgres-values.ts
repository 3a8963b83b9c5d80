import { parseQuantity, type Quantity } from '../manifests/quantity.ts';

/** A boolean of PostgreSQL as CloudNativePG reads it; undefined if it is none. */
export function parsePostgresBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (lower === '') return undefined;
  if (lower === '1' || lower === 'on' || 'yes'.startsWith(lower) || 'true'.startsWith(lower)) return true;
  if (lower === '0' || 'no'.startsWith(lower) || 'false'.startsWith(lower)) return false;
  return lower === 'of' || lower === 'off' ? false : undefined;
}

/** A size of PostgreSQL (`256MB`, `16 kB`, `1024` for megabytes) as CloudNativePG reads it; undefined if it is none. */
export function parsePostgresSize(text: string): Quantity | undefined {
  const sized = /^[+-]?\d+$/.test(text) ? `${text}MB` : text;
  if (!sized.endsWith('B')) return undefined;
  const bare = sized.slice(0, -1).replaceAll(' ', '');
  return parseQuantity(/^[+-]?\d+$/.test(bare) ? bare : `${bare}i`.replaceAll('ki', 'Ki'));
}
