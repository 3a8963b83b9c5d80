import { expect, test } from 'vitest';
import type { DatabaseCreation } from '../../../src/configuration/database-declaration.ts';
import { checkCreation } from '../../../src/databases/check-creation.ts';
import { aDatabaseRow } from '../../support/a-database.ts';

const german = aDatabaseRow('app', {
  ...{ encoding: 'LATIN9', localeProvider: 'libc', collate: 'de_DE.iso885915', characterType: 'C' },
  providerLocale: null,
});

test.each<[string, DatabaseCreation]>([
  ['nothing', {}],
  ['a template, which cannot be seen any more', { template: 'other' }],
  ['another spelling', { encoding: 'utf-8', localeProvider: 'Builtin', builtinLocale: 'C.utf8' }],
  ['another name of the same', { encoding: 'UNICODE', locale: 'POSIX' }],
  ['the locale of the server, whichever that is', { locale: '' }],
])('nothing is said where the declaration says %s', (_, creation) => {
  expect(checkCreation(creation, aDatabaseRow('app'))).toBeUndefined();
});

test('all that differs is told in one sentence', () => {
  const remark = checkCreation(
    { encoding: 'UTF8', localeProvider: 'icu', icuLocale: 'de', locale: 'de_DE', localeCType: 'C' },
    german,
  );
  expect(remark?.reason).toBe('CreatedOtherwise');
  expect(remark?.message).toContain(
    'encoding is LATIN9 and not UTF8, locale_provider is libc and not icu, locale_collate is de_DE.iso885915 and not de_DE;',
  );
});
