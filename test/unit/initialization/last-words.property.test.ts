import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastWords } from '../../../src/initialization/last-words.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [
  "ALTER USER a WITH PASSWORD 'x'",
  'psql:a.sql:1: ERROR:  no',
  'create role a login password',
  'PASSWORD b',
];

test('of any lines one is told, or none', () => {
  fc.assert(
    fc.property(fc.array(anyText(valid), { maxLength: 5 }), (lines) => {
      const told = lastWords(lines);
      if (told !== undefined) expect(lines).toContain(told);
    }),
    often,
  );
});
