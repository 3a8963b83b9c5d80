import { expect, test } from 'vitest';
import { checkUpdateScripts } from '../../../src/image-volume/check-update-scripts.ts';
import type { LibdirLoad } from '../../../src/image-volume/observe-update-scripts.ts';

function aLoad(script: string, changes: Partial<LibdirLoad> = {}): LibdirLoad {
  const folder = '/extensions/postgis/share/extension';
  return { image: 'postgis', folder, script, library: '$libdir/postgis-3', ...changes };
}

test('an image without such scripts has no finding', () => {
  expect(checkUpdateScripts([])).toEqual([]);
});

test('a script that LOADs from $libdir is named, with what will fail and what to do', () => {
  expect(checkUpdateScripts([aLoad('postgis--ANY--3.6.4.sql')])).toEqual([
    {
      severity: 'warning',
      reason: 'UpdateScriptLoadsLibdir',
      subject: 'extension/postgis',
      message:
        "The image postgis has scripts in /extensions/postgis/share/extension that LOAD '$libdir/postgis-3': postgis--ANY--3.6.4.sql. PostgreSQL looks for it in its own folder only, so ALTER EXTENSION … UPDATE with it will fail: mount an image that is built with the prefix $libdir/ taken off these statements.",
    },
  ]);
});

test('one finding tells of all scripts and libraries of a folder, of the first five by name', () => {
  const loads = ['1', '2', '3', '4', '5', '6', '7'].map((version) =>
    aLoad(`postgis--${version}--8.sql`, { library: `$libdir/${version < '4' ? 'postgis-3' : 'postgis_raster-3'}` }),
  );
  const findings = checkUpdateScripts(loads);
  expect(findings).toHaveLength(1);
  expect(findings[0]?.message).toContain("LOAD '$libdir/postgis-3', '$libdir/postgis_raster-3':");
  expect(findings[0]?.message).toContain(
    'postgis--1--8.sql, postgis--2--8.sql, postgis--3--8.sql, postgis--4--8.sql, postgis--5--8.sql and 2 more.',
  );
  expect(findings[0]?.message).toContain('looks for them in its own folder only');
});

test('a script that creates is told from one that updates', () => {
  expect(checkUpdateScripts([aLoad('postgis--3.6.4.sql')])[0]?.message).toContain('so CREATE EXTENSION with it will');
  const both = checkUpdateScripts([aLoad('postgis--3.6.4.sql'), aLoad('postgis--1--2.sql')]);
  expect(both[0]?.message).toContain('so CREATE EXTENSION and ALTER EXTENSION … UPDATE with them will fail');
});

test('each image and each folder has a finding of its own', () => {
  const other = '/extensions/other/share/extension';
  const findings = checkUpdateScripts([
    aLoad('a--1--2.sql'),
    aLoad('b--1--2.sql', { folder: '/extensions/postgis/more/extension' }),
    aLoad('c--1--2.sql', { image: 'other', folder: other }),
  ]);
  expect(findings.map(({ subject }) => subject)).toEqual(['extension/postgis', 'extension/postgis', 'extension/other']);
});

test('a library that the server brings itself is found, so nothing is said', () => {
  const loads = [
    aLoad('x--1--2.sql', { library: '$libdir/plpgsql' }),
    aLoad('x--2--3.sql', { library: '$libdir/x.so' }),
  ];
  expect(checkUpdateScripts(loads, ['plpgsql.so', 'x.so'])).toEqual([]);
});
