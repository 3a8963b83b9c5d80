import fc from 'fast-check';
import { expect, test } from 'vitest';
import { libdirLoadScanner } from '../../../src/image-volume/libdir-loads.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [
  "/* a /* b */ */\nLOAD '$libdir/postgis-3';\n-- LOAD '$libdir/no'\nSELECT '/*';\n  load '$libdir/b';\n",
  "\\echo no\nDO $$ BEGIN\nLOAD '$libdir/x';\nEND $$;\n",
];
const words = ["LOAD '$libdir/", 'LOAD', '/*', '*/', '--', "'", '$$'];

test('a script of any text loads the same libraries, in whatever pieces it comes', () => {
  fc.assert(
    fc.property(anyText(valid, words), fc.array(fc.integer({ min: 1, max: 30 })), (text, lengths) => {
      const found = scan(cut(text, lengths));
      expect(found).toEqual(scan([text]));
      for (const library of found) expect(library).toMatch(/^\$libdir\/[^'\n]+$/i);
    }),
    often,
  );
});

function scan(pieces: readonly string[]): readonly string[] {
  const scanner = libdirLoadScanner();
  for (const piece of pieces) scanner.push(piece);
  return scanner.end();
}

function cut(text: string, lengths: readonly number[]): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const length of lengths) {
    pieces.push(text.slice(from, from + length));
    from += length;
  }
  return [...pieces, text.slice(from)];
}
