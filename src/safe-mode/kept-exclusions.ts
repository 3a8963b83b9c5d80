import * as z from 'zod/mini';
import type { Exclusion } from './part.ts';

/** What PostgreSQL runs without, and why, for a manager that takes it on. */
export interface KeptExclusions {
  readonly exclusions: readonly Exclusion[];
  readonly why: string;
}

// Lazy, since most starts leave nothing out.
const part = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('parameter'),
      name: z.string(),
      value: z.string(),
      from: z.enum(['the command line', 'ALTER SYSTEM', 'the configuration', 'postgresql.conf']),
    }),
    z.object({ kind: z.literal('library'), name: z.string() }),
    z.object({ kind: z.literal('image'), name: z.string(), value: z.string() }),
    z.object({ kind: z.enum(['file', 'lines']), path: z.string(), value: z.string() }),
  ]),
);

const schema = z.lazy(() =>
  z.object({
    version: z.literal(1),
    why: z.string(),
    exclusions: z.array(z.object({ part, instead: z.optional(z.string()) })),
  }),
);

export function renderKeptExclusions({ exclusions, why }: KeptExclusions): string {
  return `${JSON.stringify({ version: 1, why, exclusions })}\n`;
}

/** Undefined: it is no such text, so nothing is known to be left out. */
export function parseKeptExclusions(text: string): KeptExclusions | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (!parsed.success) return undefined;
    const { why, exclusions } = parsed.data;
    return { why, exclusions: exclusions.map((one) => ({ part: one.part, instead: one.instead })) };
  } catch {
    return undefined;
  }
}
