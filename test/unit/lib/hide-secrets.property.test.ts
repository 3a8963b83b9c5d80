import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hideSecrets } from '../../../src/lib/hide-secrets.ts';
import { anyText, often } from '../../support/any-text.ts';

test('what is behind the word in a statement about a role is never told', () => {
  const between = anyText(['"app" WITH LOGIN', "a PASSWORD 'old'"]);
  fc.assert(
    fc.property(fc.constantFrom('CREATE ROLE', 'alter user', 'ALTER ROLE'), between, between, (verb, name, rest) => {
      expect(hideSecrets(`ERROR: ${verb} ${name} PASSWORD '${rest}hush'`)).not.toContain('hush');
    }),
    often,
  );
});

test('a line without a secret stays as it is', () => {
  fc.assert(
    fc.property(anyText(['LOG:  checkpoint complete', 'ERROR:  relation "a" does not exist']), (line) => {
      expect(hideSecrets(line)).toBe(line);
    }),
    often,
  );
});
