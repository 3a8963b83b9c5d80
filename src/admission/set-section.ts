import type { Step } from '../documents/complaint.ts';
import { mapOf, valueAt } from '../documents/plain-value.ts';

/** The map at a path, if there is one, even an empty one: what is a pointer to a struct for upstream. */
export function setSection(root: unknown, path: readonly Step[]): Readonly<Record<string, unknown>> | undefined {
  const value = valueAt(root, path);
  return mapOf(value) === value ? mapOf(value) : undefined;
}
