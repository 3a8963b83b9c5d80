import fc from 'fast-check';
import { parseArgsStringToArgv } from 'string-argv';
import { expect, test } from 'vitest';
import { hasOption, optionValues } from '../../../src/initialization/initdb-arguments.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [
  "--data-checksums --encoding='UTF 8' -A scram --auth-host=md5",
  '-U"app user" --pwfile /a -k',
  "'' --auth",
];
const names = { long: ['auth', 'auth-host'], short: 'A' };

test('any arguments for initdb are words, and an option has values or not', () => {
  fc.assert(
    fc.property(anyText(valid, ['--auth', '--auth=', '-A', '\\"']), (text) => {
      const words = parseArgsStringToArgv(text);
      const values = optionValues(words, names);
      expect(values.length).toBeLessThanOrEqual(words.length);
      expect(hasOption(words, names)).toBe(values.length > 0);
    }),
    often,
  );
});
