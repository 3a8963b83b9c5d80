import type { Step } from './complaint.ts';

/** The value as a map; an empty one if it is none. */
export function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return isMap(value) ? value : {};
}

/** The value as a list; an empty one if it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a text; an empty one if it is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A quantity as a text, which may have been written as a number; an empty text if it is neither. */
export function quantityText(value: unknown): string {
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** The value at a path, `undefined` where there is none. */
export function valueAt(root: unknown, path: readonly Step[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof step === 'number' ? listOf(value)[step] : mapOf(value)[step]),
    root,
  );
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
