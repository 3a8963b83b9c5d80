import * as z from 'zod/mini';
import type { UserSettings } from '../settings/read-user-settings.ts';
import type { Part } from './part.ts';

/** What PostgreSQL started with when it last did. */
export interface LastGood {
  readonly parameters: Readonly<Record<string, string>>;
  readonly libraries: readonly string[];
  /** By name; the value says whether it is still the same. */
  readonly images: Readonly<Record<string, string>>;
  /** All that the user's own file set, for the day on which it cannot be read. */
  readonly userFile: Readonly<Record<string, string>>;
}

// Lazy, since a start that works does not read it.
const schema = z.lazy(() =>
  z.object({
    version: z.literal(1),
    parameters: z.record(z.string(), z.string()),
    libraries: z.array(z.string()),
    images: z.record(z.string(), z.string()),
    userFile: z.record(z.string(), z.string()),
  }),
);

export const maxLastGoodBytes = 4 * 1024 * 1024;

export function lastGoodOf(parts: readonly Part[], users: UserSettings): LastGood {
  const named = (kind: 'parameter' | 'image'): Readonly<Record<string, string>> =>
    Object.fromEntries(parts.flatMap((part) => (part.kind === kind ? [[part.name, part.value]] : [])));
  return {
    parameters: named('parameter'),
    libraries: parts.flatMap((part) => (part.kind === 'library' ? [part.name] : [])),
    images: named('image'),
    userFile: Object.fromEntries([...users.settings].map(([name, { value }]) => [name, value])),
  };
}

export function renderLastGood(good: LastGood): string {
  return `${JSON.stringify({ version: 1, ...good }, undefined, 1)}\n`;
}

/** Undefined: it is no such text, so nothing is known of a start that worked. */
export function parseLastGood(text: string): LastGood | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (!parsed.success) return undefined;
    const { version: _, ...good } = parsed.data;
    return good;
  } catch {
    return undefined;
  }
}
