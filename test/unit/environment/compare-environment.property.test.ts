import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEnviron } from '../../../src/environment/compare-environment.ts';
import { anyText, often } from '../../support/any-text.ts';

test('an environment of any text has variables with names', () => {
  fc.assert(
    fc.property(anyText(['PATH=/bin\0LC_ALL=C\0', '=a\0A==\0\0B\0']), (text) => {
      for (const [name, value] of Object.entries(parseEnviron(text))) {
        expect(name).not.toMatch(/^$|=|\0/);
        expect(value).not.toContain('\0');
      }
    }),
    often,
  );
});
