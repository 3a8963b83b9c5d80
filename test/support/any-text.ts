import fc from 'fast-check';

/** As often is each parser asked. fast-check tells the seed of a failure, with which it can be had again. */
export const often: fc.Parameters<unknown> = { numRuns: 10_000 };

/** Any text at all, one made of words that mean something to the parser, or a valid one with a few things gone wrong. */
export function anyText(valid: readonly string[], words: readonly string[] = []): fc.Arbitrary<string> {
  const word = fc.constantFrom(...words, ...commonWords);
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 40 }).map((parts) => parts.join('')),
    { arbitrary: mutated(fc.constantFrom(...valid), word), weight: 3 },
  );
}

/** Bytes that are nothing, or a valid file of which some are others, more or fewer. */
export function anyBytes(valid: readonly Uint8Array[]): fc.Arbitrary<Buffer> {
  const text = fc.constantFrom(...valid.map((bytes) => Buffer.from(bytes).toString('latin1')));
  const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
  return fc.oneof(
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    mutated(text, byte).map((bytes) => Buffer.from(bytes, 'latin1')),
  );
}

const commonWords = [
  ...[
    '\n',
    '\r\n',
    '\t',
    ' ',
    '\0',
    '\\',
    '/',
    "'",
    '"',
    '=',
    ':',
    ',',
    ';',
    '#',
    '-',
    '--',
    '$',
    '${',
    '{',
    '}',
    '[',
    ']',
  ],
  ...['(', ')', '0', '-1', '9'.repeat(30), 'a', '\u00e9', '\ud83d\ude00', '\ud800', '\ufeff', '\u2028', '\x1b[31m'],
  ...['__proto__', 'constructor', 'toString', '..', '/../', '\\u0000', '%s', '*', 'x'.repeat(300)],
];

/** One edit: what stands at a place is left out, doubled, moved to the end, or replaced by a word. */
interface Edit {
  readonly kind: 'omit' | 'double' | 'move' | 'replace' | 'insert';
  /** From 0 to 1, where in the text. */
  readonly at: number;
  readonly length: number;
  readonly word: string;
}

function mutated(texts: fc.Arbitrary<string>, word: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit: fc.Arbitrary<Edit> = fc.record({
    kind: fc.constantFrom('omit', 'double', 'move', 'replace', 'insert'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 20 }),
    word,
  });
  return fc
    .tuple(texts, fc.array(edit, { minLength: 1, maxLength: 5 }))
    .map(([text, edits]) => edits.reduce(apply, text));
}

function apply(text: string, { kind, at, length, word }: Edit): string {
  const start = Math.floor(at * text.length);
  const [before, piece, after] = [text.slice(0, start), text.slice(start, start + length), text.slice(start + length)];
  switch (kind) {
    case 'omit':
      return before + after;
    case 'double':
      return before + piece + piece + after;
    case 'move':
      return before + after + piece;
    case 'replace':
      return before + word + after;
    case 'insert':
      return before + word + piece + after;
  }
}
