import { readdirSync, readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';
import { analyse } from 'scslre';
import { expect, test } from 'vitest';

// A pattern that can match the same text in two ways, or begin at every place of it, takes time with the square of what
// somebody puts in front of it. The analysis finds those that a single repeated character does it to; it proves nothing
// about longer repetitions, so the texts that patterns with two `.*` see are cut where they come in.
const root = new URL('../../src/', import.meta.url);

interface Pattern {
  readonly path: string;
  readonly source: string;
  readonly flags: string;
}

const patterns = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .flatMap(patternsIn);

function patternsIn(path: string): readonly Pattern[] {
  const found: Pattern[] = [];
  const visitor = new Visitor({
    Literal: (node) => {
      if ('regex' in node) found.push({ path, source: node.regex.pattern, flags: node.regex.flags });
    },
  });
  visitor.visit(parseSync(path, readFileSync(new URL(path, root), 'utf8')).program);
  return found;
}

/** Messages of the server about a statement of the manager's own, cut to a few thousand characters by sqlFailure. */
const short: ReadonlySet<string> = new Set(['databases/explain-library-error.ts', 'server/library-to-preload.ts']);

test('there are patterns to look at', () => {
  expect(patterns.length).toBeGreaterThan(100);
});

test('none takes time with the square of a repeated character', () => {
  const slow = patterns
    .filter(({ path }) => !short.has(path))
    .filter(({ source, flags }) => analyse({ source, flags }).reports.length > 0)
    .map(({ path, source, flags }) => `${path}: /${source}/${flags}`);
  expect(slow).toEqual([]);
});

test('one that does would be found', () => {
  for (const source of ['a+$', '(a|a)*b', '.*a', '\\s*\\n'])
    expect(analyse({ source, flags: '' }).reports.length).toBeGreaterThan(0);
});
