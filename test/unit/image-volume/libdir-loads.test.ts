import { describe, expect, test } from 'vitest';
import { libdirLoadScanner } from '../../../src/image-volume/libdir-loads.ts';

function scan(text: string, pieceLength = text.length + 1): readonly string[] {
  const scanner = libdirLoadScanner();
  for (let start = 0; start < text.length; start += pieceLength) scanner.push(text.slice(start, start + pieceLength));
  return scanner.end();
}

describe('a statement that counts', () => {
  test.each([
    ['at the beginning of the script', `LOAD '$libdir/postgis-3';`],
    ['behind blanks and tabs', `SELECT 1;\n \t LOAD  '$libdir/postgis-3' ;\n`],
    ['in small letters', `select 1;\nload '$libdir/postgis-3';\n`],
    ['on the last line, which has no end', `SELECT 1;\nLOAD '$libdir/postgis-3'`],
    ['with line ends of Windows', `SELECT 1;\r\nLOAD '$libdir/postgis-3';\r\n`],
    ['in a block that DO runs', `DO $$ BEGIN\n  LOAD '$libdir/postgis-3';\nEND $$;\n`],
    ['behind a comment that has ended', `/* one\n /* nested */\n two */\nLOAD '$libdir/postgis-3';\n`],
    ['behind what only looks like the beginning of a comment', `SELECT '/*';\n-- /* no\nLOAD '$libdir/postgis-3';\n`],
  ])('is one %s', (_, text) => {
    expect(scan(text)).toEqual(['$libdir/postgis-3']);
  });

  test('is found wherever the script is cut into pieces', () => {
    const text = `-- LOAD '$libdir/no-1'\n/* LOAD\nLOAD '$libdir/no-2';\n*/ SELECT 1;\n  LOAD '$libdir/yes';\nSELECT '*/';\n`;
    for (let length = 1; length <= text.length; length += 1) expect(scan(text, length)).toEqual(['$libdir/yes']);
  });

  test('is told once, however often it stands there', () => {
    const text = `LOAD '$libdir/b';\nLOAD '$libdir/a';\nLOAD '$libdir/b';\n`;
    expect(scan(text)).toEqual(['$libdir/b', '$libdir/a']);
  });
});

describe('a statement that does not count', () => {
  test.each([
    ['finds the library in images', `LOAD 'postgis-3';`],
    ['is a comment', `-- LOAD '$libdir/postgis-3';`],
    ['is inside of a comment', `/*\nLOAD '$libdir/postgis-3';\n*/`],
    ['is inside of a nested comment', `/* /* */\nLOAD '$libdir/postgis-3';\n*/`],
    ['makes a function', `CREATE FUNCTION f() RETURNS integer\nAS '$libdir/postgis-3', 'f' LANGUAGE c;`],
    ['has another word', `LOADER '$libdir/postgis-3';\nRELOAD '$libdir/postgis-3';`],
  ])('is one that %s', (_, text) => {
    expect(scan(text)).toEqual([]);
  });
});

test('a line of many megabytes is not kept', () => {
  const scanner = libdirLoadScanner();
  const piece = 'x'.repeat(64 * 1024);
  for (let count = 0; count < 200; count += 1) scanner.push(piece);
  scanner.push(`\nLOAD '$libdir/behind';\n`);
  expect(scanner.end()).toEqual(['$libdir/behind']);
});
