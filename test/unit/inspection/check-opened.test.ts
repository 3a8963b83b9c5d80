import { expect, test } from 'vitest';
import { checkOpened } from '../../../src/inspection/check-opened.ts';
import { aLibrary, aModule, anInspection, type FileRecipes } from '../../support/an-inspection.ts';

const soname = 'libmysql_fdw.so';
const names = ['libmysqlclient.so', soname];
const opening = { ...aLibrary({ soname }, { needed: ['dlopen'] }), names };

function check(recipes: FileRecipes) {
  const inspection = anInspection({ '/e/fdw/lib/mysql_fdw.so': opening, ...recipes }, [{ name: 'fdw' }]);
  return inspection.images
    .flatMap((image) => checkOpened(image, inspection))
    .map(({ severity, message }) => [severity, message]);
}

test('a library that a module may open is worth a warning where the loader would not find it', () => {
  expect(check({})).toEqual([
    [
      'warning',
      'mysql_fdw.so has the name libmysqlclient.so in it, as libraries have that open another one at run time, and that is in no folder that the loader searches. If it does, bring it in a folder of the image and list that in ld_library_path.',
    ],
  ]);
  expect(check({ '/e/fdw/system/libmysqlclient.so': aLibrary() })).toEqual([
    [
      'warning',
      expect.stringContaining('in /e/fdw/system, which ld_library_path does not list. Add ld_library_path: [system].'),
    ],
  ]);
  expect(check({ '/usr/lib/libmysqlclient.so': aLibrary() })).toEqual([]);
});

test('a module that cannot open anything has the names for another reason', () => {
  expect(check({ '/e/fdw/lib/mysql_fdw.so': { ...aModule({ soname }), names } })).toEqual([]);
});
