import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLines } from '../../../src/lib/line-splitter.ts';

/** Feeds the chunks one after the other, as a pipe does. */
function feed(chunks: readonly string[]): { readonly lines: readonly string[]; readonly rest: string } {
  return chunks.reduce<{ readonly lines: readonly string[]; readonly rest: string }>(
    (sofar, chunk) => {
      const { lines, rest } = splitLines(sofar.rest, chunk);
      return { lines: [...sofar.lines, ...lines], rest };
    },
    { lines: [], rest: '' },
  );
}

test('keeps what has no newline yet for the next chunk', () => {
  expect(splitLines('', 'one\ntwo\nthr')).toEqual({ lines: ['one', 'two'], rest: 'thr' });
  expect(splitLines('thr', 'ee\n')).toEqual({ lines: ['three'], rest: '' });
});

test('has no line in a chunk without a newline', () => {
  expect(splitLines('a', 'b')).toEqual({ lines: [], rest: 'ab' });
  expect(splitLines('', '')).toEqual({ lines: [], rest: '' });
});

test('gives empty lines as they are', () => {
  expect(splitLines('', '\n\na\n')).toEqual({ lines: ['', '', 'a'], rest: '' });
});

test('lets go of a line that does not end before it fills the memory', () => {
  const half = 'x'.repeat(40 * 1024);
  const first = splitLines('', half);
  expect(first).toEqual({ lines: [], rest: half });
  expect(splitLines(first.rest, half)).toEqual({ lines: [half + half], rest: '' });
});

test('gives the same lines however the text was cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\n') })), (chunks) => {
      const { lines, rest } = feed(chunks);
      expect([...lines, rest].join('\n')).toBe(chunks.join(''));
      for (const line of lines) expect(line).not.toContain('\n');
    }),
  );
});
