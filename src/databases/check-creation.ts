import type { DatabaseCreation } from '../configuration/database-declaration.ts';
import { showName } from '../lib/show-name.ts';
import type { Remark } from './database-plan.ts';
import type { DatabaseRow } from './server-catalog.ts';

/**
 * What can only be said when a database is made, and was made otherwise: nothing can be done about it, but it is to be
 * known. Its template cannot be seen any more. https://www.postgresql.org/docs/18/sql-createdatabase.html
 */
export function checkCreation(creation: DatabaseCreation, row: DatabaseRow): Remark | undefined {
  const isLibc = row.localeProvider === 'libc';
  const pairs = [
    ['encoding', creation.encoding, row.encoding],
    ['locale_provider', creation.localeProvider, row.localeProvider],
    ['locale_collate', creation.localeCollate ?? creation.locale, row.collate],
    ['locale_ctype', creation.localeCType ?? creation.locale, row.characterType],
    ['icu_locale', isLibc ? undefined : creation.icuLocale, row.providerLocale],
    ['builtin_locale', isLibc ? undefined : creation.builtinLocale, row.providerLocale],
  ] as const;
  const differing = pairs.flatMap(([name, declared, found]) =>
    declared === undefined || declared === '' || found === null || plain(declared) === plain(found)
      ? []
      : [`${name} is ${showName(found)} and not ${showName(declared)}`],
  );
  if (differing.length === 0) return undefined;
  return {
    reason: 'CreatedOtherwise',
    message: `The database ${showName(row.name)} was created otherwise than declared: ${differing.join(', ')}; that cannot be changed, so declare it as it is, or make another database and move the data.`,
  };
}

const otherNames: ReadonlyMap<string, string> = new Map([
  ['unicode', 'utf8'],
  ['posix', 'c'],
]);

/** The same has several spellings: UTF8, utf-8, and `de_DE.UTF-8`, `de_DE.utf8`. */
function plain(name: string): string {
  const letters = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return otherNames.get(letters) ?? letters;
}
