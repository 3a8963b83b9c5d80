import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeYaml, yamlDocument } from '../../../src/documents/write-yaml.ts';

function written(value: unknown): string {
  return writeYaml(yamlDocument(value));
}

// What a reader of YAML 1.1 or of Go takes for something else.
test.each([
  '0o17',
  '0O17',
  '0X1F',
  '0B1',
  '-0o17',
  '+0x1',
  '0640',
  '1_000',
  'yes',
  'off',
  'y',
  'null',
  '~',
  '1e3',
  '.5',
])('the text %s is in quotes', (text) => {
  expect(written({ value: text, [text]: 1 })).toBe(`value: ${JSON.stringify(text)}\n${JSON.stringify(text)}: 1\n`);
});

test.each(['18.6-minimal', 'registry/pg:18', 'a_b', '${image_root}/share', 'C.UTF-8'])('the text %s is not', (text) => {
  expect(written({ value: text })).toBe(`value: ${text}\n`);
});

test.each(['a\x7fb', 'a\x85b', '\u2028', '\ufeffx', '\tx\n y', '  \tx\ny', 'a\r\nb'])(
  '%j has escapes, in one line',
  (text) => {
    const yaml = written({ value: text });
    expect(yaml).toMatch(/^value: "[\x20-\x7e]*"\n$/);
    expect(parse(yaml)).toEqual({ value: text });
  },
);

test('a text of several lines stays legible', () => {
  expect(written({ value: 'a: 1\nb: 2\n' })).toBe('value: |\n  a: 1\n  b: 2\n');
});

test('whatever is written is read as the same, by both versions of YAML, and by itself within a text', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'0oxb_-+.1 \t\n\r:#\'"{}[]&*!|>%@`~\x7f\x85') }),
  );
  fc.assert(
    fc.property(fc.dictionary(texts, fc.oneof(texts, fc.integer(), fc.boolean())), (value) => {
      const yaml = written({ inner: written(value), ...value });
      for (const version of ['1.1', '1.2'] as const) {
        const read = parse(yaml, { version, uniqueKeys: false });
        expect(read).toEqual({ inner: written(value), ...value });
        expect(parse(read.inner, { version })).toEqual(value);
      }
    }),
  );
});
