import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteIdentifier } from '../../../src/lib/quote-identifier.ts';
import { quoteLiteral } from '../../../src/lib/quote-literal.ts';
import { anyText, often } from '../../support/any-text.ts';

const texts = anyText(["it's", 'a\\', "\\'; DROP TABLE a; --", '"a""b"']).map((text) => text.replaceAll('\0', ''));

/** What PostgreSQL's scanner reads, and what is left after it. */
function readLiteral(sql: string): readonly [value: string, rest: string] | undefined {
  const escapes = sql.startsWith('E');
  const match = (escapes ? /^E'((?:[^'\\]|''|\\[\s\S])*)'/ : /^'((?:[^']|'')*)'/).exec(sql);
  if (match?.[1] === undefined) return undefined;
  const value = match[1].replaceAll("''", "'");
  return [escapes ? value.replaceAll(/\\([\s\S])/g, '$1') : value, sql.slice(match[0].length)];
}

test('whatever text is quoted, a statement has exactly it, and what follows is not in it', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const sql = quoteLiteral(text);
      expect(readLiteral(`${sql} AND true`)).toEqual([text, ' AND true']);
      // With standard_conforming_strings = off a backslash is an escape in any literal.
      if (!sql.startsWith('E')) expect(sql).not.toContain('\\');
    }),
    often,
  );
});

test('whatever name is quoted, a statement has exactly it', () => {
  fc.assert(
    fc.property(texts, (name) => {
      const match = /^"((?:[^"]|"")*)"( OWNER)$/.exec(`${quoteIdentifier(name)} OWNER`);
      expect(match?.[1]?.replaceAll('""', '"')).toBe(name);
    }),
    often,
  );
});
