import { describe, expect, test } from 'vitest';
import { documentWithin, type ReadDocument, readDocuments } from '../../../src/documents/source-document.ts';

function readDocument(file: string, text: string): ReadDocument {
  const [first, ...others] = readDocuments(file, text);
  if (first === undefined || others.length > 0) throw new Error('not one document');
  return first;
}

function complaintsIn(text: string, file = 'a.yaml'): readonly string[] {
  return readDocument(file, text).complaints.map(
    ({ position, found }) => `${position.line}:${position.column} ${found}`,
  );
}

describe('readDocument', () => {
  test('knows the lines and columns of keys and values', () => {
    const { document } = readDocument('a.yaml', 'a:\n  - b: 1\n    "c d": [x, y]\n');
    expect(document?.locate(['a', 0, 'b'], 'key')).toMatchObject({ line: 2, column: 5 });
    expect(document?.locate(['a', 0, 'b'], 'value')).toMatchObject({ line: 2, column: 8 });
    expect(document?.locate(['a', 0, 'c d', 1], 'value')).toMatchObject({ line: 3, column: 16 });
  });

  test('points to what is around something that does not exist', () => {
    const { document } = readDocument('a.yaml', 'a:\n  - b: 1\n');
    expect(document?.locate(['a', 0, 'missing', 3], 'key')).toMatchObject({ line: 2, column: 5 });
  });

  test('points to the alias, not to its anchor, and from there on into the anchor', () => {
    const { document } = readDocument('a.yaml', 'a: &x [1]\nb: *x\n');
    expect(document?.value).toEqual({ a: [1], b: [1] });
    expect(document?.locate(['b'], 'value')).toMatchObject({ line: 2, column: 4 });
    expect(document?.locate(['b', 0], 'value')).toMatchObject({ line: 1, column: 8 });
  });

  test.each([
    ['0640', '0640'],
    ['1.10', '1.10'],
    ['9223372036854775807', '9223372036854775807'],
    ['0x1F', '0x1F'],
    ['0o17', undefined],
    ['"5"', undefined],
    ['text', undefined],
  ])('gives the number %s as %s', (written, text) => {
    expect(readDocument('a.yaml', `a: ${written}`).document?.numberText(['a'])).toBe(text);
  });

  test('reads YAML 1.2, whatever the file says: yes is a text', () => {
    expect(readDocument('a.yaml', '%YAML 1.1\n---\na: yes\n').document?.value).toEqual({ a: 'yes' });
  });

  test('counts lines that end in CRLF', () => {
    expect(complaintsIn('a: 1\r\na: 2\r\n')).toEqual(['2:1 "a" once more']);
  });

  test.each(['', '# nothing\n', '---\n', '---\n...\n', 'null', '\ufeff', '\ufeff# nothing'])(
    'takes %j for an empty document',
    (text) => {
      expect(readDocument('a.yaml', text)).toMatchObject({ document: { value: null }, complaints: [] });
    },
  );

  test.each([
    ['a:\n\tb: 1\n', '2:1 a tab'],
    ['a: *b\n', '1:4 the alias "*b"'],
    ['a: &a [*a]\n', '1:8 the alias "*a"'],
    ['a: !!binary eA==\n', '1:4 an unknown tag'],
    ['a: !env X\n', '1:4 an unknown tag'],
    ['? [a]\n: 1\n', '1:3 a key that is no text'],
    ['a: "x\\q"\n', '1:6 an unknown escape'],
    ['a: b: c\n', '1:4 a second colon in a line'],
    ['a: @b\n', '1:4 a text with a reserved first character'],
    ['__proto__: 1\n', '1:1 "__proto__"'],
  ])('refuses %j', (text, complaint) => {
    expect(complaintsIn(text)).toContain(complaint);
  });

  test('finds every second use of a key, and keeps the first', () => {
    const { document, complaints } = readDocument('a.yaml', 'a: 1\nb: {c: 1, c: 2}\na: 3\n"a": 4\n');
    expect(complaints.map(({ position }) => position.line)).toEqual([2, 3, 4]);
    expect(complaints[1]?.message).toContain('line 1');
    expect(document?.value).toEqual({ a: 1, b: { c: 1 } });
  });

  test('does not quote the text in a sentence about its syntax', () => {
    for (const text of [
      'password: "hunter2',
      'a: b: hunter2',
      '- hunter2\n]hunter2',
      'a: "\\hunter2"',
      '{hunter2: [',
    ]) {
      expect(JSON.stringify(readDocument('a.yaml', text).complaints)).not.toContain('hunter2');
      expect(JSON.stringify(readDocument('a.json', text).complaints)).not.toContain('hunter2');
    }
  });

  test('treats constructor and toString as keys like others', () => {
    const { document } = readDocument('a.yaml', 'constructor: 1\ntoString: 2\n');
    expect(Object.entries(document?.value ?? {})).toEqual([
      ['constructor', 1],
      ['toString', 2],
    ]);
  });
});

describe('readDocument of a .json file', () => {
  test('reads JSON, tabs and escapes included', () => {
    const text = '{\n\t"a": ["\\ud83d\\ude00", 1.50],\n\t"b\\/c": null\n}\n';
    expect(readDocument('a.json', text).document?.value).toEqual({ a: ['😀', 1.5], 'b/c': null });
  });

  test.each([
    ['a: 1\n', '1:1 a text that is not JSON from here on'],
    ['{\n  "a": [1,]\n}', '2:11 a text that is not JSON from here on'],
    ['{} # no', '1:4 a text that is not JSON from here on'],
  ])('refuses %j, which only YAML allows', (text, complaint) => {
    expect(complaintsIn(text, 'a.json')).toEqual([complaint]);
  });

  test('refuses equal keys, of which JSON.parse would take the last', () => {
    expect(complaintsIn('{"a": 1, "a": 2}', 'a.json')).toEqual(['1:10 "a" once more']);
  });

  test('takes an empty file for an empty document', () => {
    expect(readDocument('a.json', ' \n')).toMatchObject({ document: { value: null }, complaints: [] });
  });
});

describe('bounds of readDocument', () => {
  test('does not follow aliases that multiply', () => {
    const lines = [...'bcdefghij'].map((name, index) => {
      const alias = `*${'abcdefghij'[index]}`;
      return `${name}: &${name} [${Array(10).fill(alias).join(', ')}]`;
    });
    const read = readDocument('a.yaml', `a: &a [x, x, x, x, x, x, x, x, x, x]\n${lines.join('\n')}\n`);
    expect(read.document).toBeUndefined();
    expect(read.complaints.map(({ found }) => found)).toEqual(['aliases that expand to more than 100000 values']);
  });

  test('follows aliases in ordinary numbers', () => {
    const text = `a: &a {x: 1}\nb: [${Array(300).fill('*a').join(', ')}]\n`;
    expect(readDocument('a.yaml', text).complaints).toEqual([]);
  });

  test('refuses values that are nested without end', () => {
    expect(complaintsIn('['.repeat(50_000)).some((text) => text.includes('nested too deeply'))).toBe(true);
    expect(complaintsIn(`a: ${'['.repeat(40)}${']'.repeat(40)}`)).toEqual([
      '1:36 values nested more than 32 levels deep',
    ]);
  });

  test('reads a large map before anybody gets impatient', () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(readDocument('a.yaml', text).complaints).toEqual([]);
  });
});

describe('readDocuments', () => {
  test('reads each document of a text, with its own mistakes and places in the whole text', () => {
    const read = readDocuments('a.yaml', 'a: 1\n---\nb: [\n---\nc: {d: 2}\n');
    expect(read.map(({ document }) => document?.value)).toEqual([{ a: 1 }, undefined, { c: { d: 2 } }]);
    expect(read[1]?.complaints[0]?.position.line).toBe(4);
    expect(read[2]?.document?.locate(['c', 'd'], 'key')).toMatchObject({
      file: 'a.yaml',
      path: ['c', 'd'],
      line: 5,
      column: 5,
    });
  });

  test('passes over empty documents beside others', () => {
    const read = readDocuments('a.yaml', '---\n# nothing\n---\na: 1\n---\n');
    expect(read.map(({ document }) => document?.value)).toEqual([{ a: 1 }]);
  });
});

test('documentWithin is a document with paths from its own root', () => {
  const [read] = readDocuments('a.yaml', 'items:\n  - n: 0640\n');
  const whole = read?.document;
  if (whole === undefined) throw new Error('not read');
  const part = documentWithin(whole, ['items', 0]);
  expect(part.value).toEqual({ n: 640 });
  expect(part.locate(['n'], 'value')).toEqual({ file: 'a.yaml', path: ['n'], line: 2, column: 8 });
  expect(part.numberText(['n'])).toBe('0640');
});

test('what kubectl takes for true and false is that in its dialect, unless it is in quotes', () => {
  const text = 'a: [on, Off, yes, N, true, "on", \'no\', onn]\n';
  const read = (dialect: 'yaml 1.2' | 'kubernetes') =>
    readDocuments('a.yaml', text, { most: 100, dialect })[0]?.document?.value;
  expect(read('kubernetes')).toEqual({ a: [true, false, true, false, true, 'on', 'no', 'onn'] });
  expect(read('yaml 1.2')).toEqual({ a: ['on', 'Off', 'yes', 'N', true, 'on', 'no', 'onn'] });
});
