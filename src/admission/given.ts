import type { Step } from '../documents/complaint.ts';
import { mapOf, valueAt } from '../documents/plain-value.ts';

/** Whether something is written there at all; upstream asks for that where a Go pointer is not nil. */
export function isGiven(root: unknown, path: readonly Step[]): boolean {
  return (valueAt(root, path) ?? null) !== null;
}

/** The number at a path, zero if there is none. */
export function numberAt(root: unknown, path: readonly Step[]): number {
  const value = valueAt(root, path);
  return typeof value === 'number' ? value : 0;
}

/** `spec.instances`, which is 1 where nothing is written. */
export function instancesOf(cluster: unknown): number {
  const value = valueAt(cluster, ['spec', 'instances']);
  return typeof value === 'number' ? value : 1;
}

/** `spec.postgresql.parameters`: its texts. */
export function parametersOf(cluster: unknown): ReadonlyMap<string, string> {
  const parameters = mapOf(valueAt(cluster, ['spec', 'postgresql', 'parameters']));
  return new Map(
    Object.entries(parameters).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
