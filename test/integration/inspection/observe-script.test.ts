import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { namedFunctions } from '../../../src/inspection/named-in-script.ts';
import { scriptReader } from '../../../src/inspection/observe-script.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const piece = 256 * 1024;
const dataLine = `INSERT INTO places VALUES (1, '${'x'.repeat(100)}');\n`;
const data = (bytes: number): string => dataLine.repeat(Math.ceil(bytes / dataLine.length));
const functionOf = (name: string): string =>
  `CREATE FUNCTION ${name}()\nRETURNS int\nAS 'MODULE_PATHNAME'\nLANGUAGE c;\n`;

function read(text: string): string | undefined {
  const path = join(temporaryFolder('script'), 'a--1.0.sql');
  writeFileSync(path, text);
  return scriptReader()(path);
}

function named(text: string | undefined): readonly (string | undefined)[] {
  return namedFunctions(text ?? '', undefined).map(({ symbol }) => symbol);
}

test('all functions are found, wherever a piece ends, and most data are left out', () => {
  // From 40 bytes before the end of the first piece to 40 bytes behind it.
  for (let shift = -40; shift <= 40; shift += 1) {
    const before = data(piece - 400);
    const filled = `${before}-- ${'y'.repeat(piece + shift - before.length - 4)}\n`;
    const text = `${functionOf('one')}${filled}${functionOf('two')}${data(8 * piece)}${functionOf('three')}`;
    const parts = read(text);
    expect(named(parts)).toEqual(['one', 'two', 'three']);
    expect(parts?.length).toBeLessThan(6 * piece);
  }
});

test('words count as people write them', () => {
  for (const word of ['LANGUAGE', 'language', 'Language']) {
    const text = `${data(3 * piece)}${functionOf('one').replace('LANGUAGE', word)}${data(3 * piece)}`;
    expect(named(read(text))).toEqual(['one']);
  }
  for (const statement of ["LOAD 'x';", "Load 'x';", "COPY t FROM '/x';", "Copy t From '/x';"]) {
    expect(read(`${data(3 * piece)}${statement}\n`)).toContain(statement);
  }
});

test('a line that is longer than a piece is no hindrance', () => {
  const text = `INSERT INTO t VALUES ('${'x'.repeat(3 * piece)}');\n${functionOf('one')}`;
  expect(named(read(text))).toEqual(['one']);
});

test('scripts that follow each other do not get into each other', () => {
  const folder = temporaryFolder('scripts');
  const texts = [functionOf('one') + data(2 * piece), data(3 * piece), functionOf('two'), ''];
  const reader = scriptReader();
  for (const [index, text] of texts.entries()) writeFileSync(join(folder, `${index}.sql`), text);
  const parts = texts.map((_, index) => reader(join(folder, `${index}.sql`)));
  expect(parts.map(named)).toEqual([['one'], [], ['two'], []]);
  expect([parts[1], parts[3]]).toEqual(['', '']);
});

test('what is not there, no file, or very large, is not read', async () => {
  const path = join(temporaryFolder('script'), 'a--1.0.sql');
  await execa('mkfifo', [`${path}.pipe`]);
  expect(scriptReader()(`${path}.pipe`)).toBeUndefined();
  expect(scriptReader()(path)).toBeUndefined();
  writeFileSync(path, functionOf('one'));
  truncateSync(path, 17 * 1024 * 1024);
  expect(scriptReader()(path)).toBeUndefined();
});
