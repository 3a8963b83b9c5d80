import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGucFile, quoteGucValue } from '../../../src/settings/guc-file.ts';

function valuesOf(text: string): readonly string[] {
  const parsed = parseGucFile(text);
  if (parsed.kind !== 'parsed') throw new Error(`line ${parsed.line}, near ${parsed.near}`);
  return parsed.entries.map((entry) => (entry.kind === 'setting' ? `${entry.name}=${entry.value}` : entry.path));
}

describe('parseGucFile', () => {
  test.each([
    ['an equal sign', 'work_mem = 8MB', 'work_mem=8MB'],
    ['no equal sign', 'work_mem 8MB', 'work_mem=8MB'],
    ['no blanks at all', "work_mem='8MB'", 'work_mem=8MB'],
    ['a comment behind the value', 'port = 5432 # why', 'port=5432'],
    ['a comment that touches the value', 'port=5432#why', 'port=5432'],
    ['a Windows line ending', 'port = 5432\r', 'port=5432'],
    ['a name of two parts', 'pgim.config_sha256 = abc', 'pgim.config_sha256=abc'],
    ['a name in another case, kept as it is', 'Work_Mem = 1', 'Work_Mem=1'],
    ['a number with a sign', 'x = -1', 'x=-1'],
    ['a hexadecimal number', 'x = 0x1FkB', 'x=0x1FkB'],
    ['a fraction with an exponent', 'x = 1.5e-3', 'x=1.5e-3'],
    ['a lone dot, which the server takes for a number', 'x = .', 'x=.'],
    ['an unquoted word with punctuation', 'lc_messages = en_US.UTF-8', 'lc_messages=en_US.UTF-8'],
    ['letters beyond ASCII', 'x = größe', 'x=größe'],
    ['a doubled quote', "x = 'it''s'", "x=it's"],
    ['an escaped quote', "x = 'it\\'s'", "x=it's"],
    ['escapes for control characters', "x = '\\b\\f\\n\\r\\t'", 'x=\b\f\n\r\t'],
    ['an escape of another character', "x = '\\a\\\\'", 'x=a\\'],
    ['octal escapes, one to three digits', "x = '\\101\\60\\7'", 'x=A0\x07'],
    ['octal escapes that make up one character', "x = 'caf\\303\\251 \\😀'", 'x=café 😀'],
    ['an octal escape above a byte', "x = '\\501'", 'x=A'],
    ['an octal NUL, which ends the value as in C', "x = 'a\\000b'", 'x=a'],
    ['an empty value', "x = ''", 'x='],
    ['a hash in a string', "x = 'a#b'", 'x=a#b'],
  ])('reads %s', (_, text, expected) => {
    expect(valuesOf(text)).toEqual([expected]);
  });

  test('numbers the lines, counting comments and empty ones', () => {
    expect(parseGucFile("# c\n\na = 1\n  include 'b'\n")).toEqual({
      kind: 'parsed',
      entries: [
        { kind: 'setting', name: 'a', value: '1', line: 3 },
        { kind: 'include', directive: 'include', path: 'b', line: 4 },
      ],
    });
  });

  test.each(['include', 'include_if_exists', 'include_dir'])('knows the directive %s in any case', (directive) => {
    for (const written of [directive, directive.toUpperCase()]) {
      expect(parseGucFile(`${written} 'x y'`)).toEqual({
        kind: 'parsed',
        entries: [{ kind: 'include', directive, path: 'x y', line: 1 }],
      });
    }
  });

  test.each([
    ['an unquoted value with a dot, which would be a name', 'search_path = a.b', 1, 'token "a.b"'],
    ['a unit behind a fraction', 'work_mem = 1.5MB', 1, 'token "MB"'],
    ['a blank between number and unit', 'work_mem = 8 MB', 1, 'token "MB"'],
    ['two values', "x = 'a' 'b'", 1, `token "'b'"`],
    ['two equal signs', 'x = = 1', 1, 'token "="'],
    ['a name without a value', 'a = 1\nx =\n', 2, 'end of line'],
    ['a name at the end of the file', 'x', 1, 'end of line'],
    ['a value without a name', '= 1', 1, 'token "="'],
    ['a string that does not end in its line', "x = 'a\nb'", 1, `token "'"`],
    ['a string without an end', "x = 'a''b", 1, `token "'"`],
    ['a string whose end is escaped', "x = 'a\\'", 1, `token "'"`],
    ['a name with a minus', 'my-name = 1', 1, 'token "my-name"'],
    ['a name of three parts', 'a.b.c = 1', 1, 'token "a.b.c"'],
    ['a NUL', 'x = 1 \0', 1, 'token "\0"'],
  ])('refuses %s', (_, text, line, near) => {
    expect(parseGucFile(text)).toMatchObject({ kind: 'syntax-error', line, near });
  });

  test('gives the other lines of a file with errors, and the text of those with errors', () => {
    const text = "a = 1\nb = 'x\nc = 2 3\n= 4\nd =\ne = 5";
    expect(parseGucFile(text)).toEqual({
      kind: 'syntax-error',
      line: 2,
      near: `token "'"`,
      rest: {
        entries: [
          { kind: 'setting', name: 'a', value: '1', line: 1 },
          { kind: 'setting', name: 'e', value: '5', line: 6 },
        ],
        lost: ["b = 'x", 'c = 2 3', '= 4', 'd ='],
      },
    });
  });

  test('never throws', () => {
    const grammar = fc.string({ unit: fc.constantFrom(..."ab1.='\\\n #-:_07x\r\té😀\0,") });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), grammar), (text) => {
        expect(['parsed', 'syntax-error']).toContain(parseGucFile(text).kind);
      }),
    );
  });

  test.each([
    ['quotes', `x = ${"'".repeat(1_000_001)}`],
    ['blanks', ' '.repeat(1_000_000)],
    ['one word', `x = ${'a'.repeat(1_000_000)}-`],
    ['digits', `x = ${'1'.repeat(1_000_000)}`],
    ['escapes', `x = '${'\\303'.repeat(250_000)}'`],
    ['lines', 'a = 1\n'.repeat(170_000)],
  ])('reads a megabyte of %s without delay', (_, text) => {
    const start = performance.now();
    parseGucFile(text);
    expect(performance.now() - start).toBeLessThan(20_000); // a square of it would be minutes
  });
});

describe('quoteGucValue', () => {
  test('quotes every value, and escapes what the grammar gives a meaning', () => {
    expect(quoteGucValue('$libdir')).toBe("'$libdir'");
    expect(quoteGucValue("a'b\\c\n\r\t\b\f")).toBe("'a''b\\\\c\\n\\r\\t\\b\\f'");
  });

  test('is read back as the same value, whatever it is', () => {
    const unit = fc.oneof(
      fc.constantFrom(..."'\\\n\r\t\b\f\v07 #=é😀\ufeff"),
      fc.string({ minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit }), (value) => {
        const expected = { kind: 'setting', name: 'x', value, line: 1 };
        expect(parseGucFile(`x = ${quoteGucValue(value)}`)).toEqual({ kind: 'parsed', entries: [expected] });
      }),
    );
  });

  test('throws on NUL, which no setting can hold', () => {
    expect(() => quoteGucValue('a\0b')).toThrow('NUL');
  });
});
