import { expect, test } from 'vitest';
import { lastWords } from '../../../src/initialization/last-words.ts';

test.each([
  [['psql:a.sql:2: ERROR:  no column', 'LINE 1: SELECT no', '              ^'], 'psql:a.sql:2: ERROR:  no column'],
  [['initdb: error: no', 'initdb: removing contents of data directory'], 'initdb: error: no'],
  [['ERROR:  first', 'ERROR:  second'], 'ERROR:  second'],
  [['so it goes', '----', ''], 'so it goes'],
  [[' ^ '], undefined],
  [[], undefined],
])('of %j it is %j', (lines, words) => {
  expect(lastWords(lines)).toBe(words);
});
