import { expect, test } from 'vitest';
import { initScripts } from '../../../src/initialization/init-script.ts';

test('the scripts are in the order of their bytes, without dot files', () => {
  const names = ['b.sql', '10.sql', 'ä.sh', '9.sh', 'Z.sql.gz', '..data', '.hidden.sql', 'a.sql.xz'];
  expect(initScripts('/s', names).map(({ path }) => path)).toEqual([
    ...['/s/10.sql', '/s/9.sh', '/s/Z.sql.gz', '/s/a.sql.xz', '/s/b.sql', '/s/ä.sh'],
  ]);
});

test.each([
  ['a.sh', 'shell'],
  ['a.sql', 'sql'],
  ['a.sql.gz', 'sql.gz'],
  ['a.sql.xz', 'sql.xz'],
  ['a.sql.zst', 'sql.zst'],
  ['a.SQL', 'ignored'],
  ['a.gz', 'ignored'],
  ['sql', 'ignored'],
  ['README', 'ignored'],
])('%s is of the kind %s', (name, kind) => {
  expect(initScripts('/s', [name])).toEqual([{ path: `/s/${name}`, kind }]);
});
