import { appendFileSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { updateScriptReader } from '../../../src/image-volume/observe-update-scripts.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const never = new AbortController().signal;
let share: string;
let folder: string;

beforeEach(() => {
  share = temporaryFolder('scripts');
  folder = join(share, 'extension');
  mkdirSync(folder);
});

afterEach(() => rmSync(share, { recursive: true, force: true }));

const image = () => [{ name: 'kit', controlPath: [share] }];
const load = (library: string) => `LOAD '$libdir/${library}';\n`;

test('tells which script of which image loads which library, in the order of their names', async () => {
  writeFileSync(join(folder, 'b--1--2.sql'), `SELECT 1;\n${load('b')}${load('a')}`);
  writeFileSync(join(folder, 'a--1.sql'), load('a'));
  writeFileSync(join(folder, 'a--1--2.sql'), `LOAD 'a';\n`);
  const found = await updateScriptReader().look(image(), never);
  expect(found).toEqual([
    { image: 'kit', folder, script: 'a--1.sql', library: '$libdir/a' },
    { image: 'kit', folder, script: 'b--1--2.sql', library: '$libdir/b' },
    { image: 'kit', folder, script: 'b--1--2.sql', library: '$libdir/a' },
  ]);
});

test('finds a statement wherever it stands in a script of megabytes', async () => {
  const piece = 64 * 1024;
  // Around the places where one piece that is read ends and the next one begins.
  const places = [0, piece - 30, piece - 5, piece, piece + 1, 2 * piece - 1_034, 40 * piece + 17];
  for (const [index, place] of places.entries()) {
    const before = `${'-'.repeat(Math.max(0, place - 1))}${place === 0 ? '' : '\n'}`;
    writeFileSync(join(folder, `x--${index}.sql`), `${before}${load(`at-${place}`)}${'-- rest\n'.repeat(20_000)}`);
  }
  const found = await updateScriptReader().look(image(), never);
  expect(found.map(({ library }) => library)).toEqual(places.map((place) => `$libdir/at-${place}`));
});

test('reads what has changed again, and forgets what is gone', async () => {
  const { look } = updateScriptReader();
  const script = join(folder, 'x--1--2.sql');
  writeFileSync(script, load('old'));
  writeFileSync(join(folder, 'y--1--2.sql'), load('other'));
  expect((await look(image(), never)).map(({ library }) => library)).toEqual(['$libdir/old', '$libdir/other']);
  appendFileSync(script, load('new'));
  rmSync(join(folder, 'y--1--2.sql'));
  expect((await look(image(), never)).map(({ library }) => library)).toEqual(['$libdir/old', '$libdir/new']);
  expect(await look([], never)).toEqual([]);
});

test('does not read what is as it was', async () => {
  const { look } = updateScriptReader();
  const script = join(folder, 'x--1--2.sql');
  writeFileSync(script, load('one'));
  utimesSync(script, 1, 1);
  await look(image(), never);
  // As long and as old as before: who looked into it would see that it is another one.
  writeFileSync(script, load('two'));
  utimesSync(script, 1, 1);
  expect((await look(image(), never)).map(({ library }) => library)).toEqual(['$libdir/one']);
});

test('leaves out what is no script: other files, folders, named pipes, links that lead nowhere', async () => {
  writeFileSync(join(folder, 'uninstall.sql'), load('a'));
  writeFileSync(join(folder, 'x--1.sql.bak'), load('b'));
  mkdirSync(join(folder, 'x--1.sql'));
  symlinkSync('/nowhere', join(folder, 'x--2.sql'));
  await execa('mkfifo', [join(folder, 'x--3.sql')]);
  expect(await updateScriptReader().look(image(), never)).toEqual([]);
});

test('has nothing to say of a folder that is not there', async () => {
  expect(await updateScriptReader().look([{ name: 'kit', controlPath: ['/nowhere'] }], never)).toEqual([]);
});

test('stops when it is told to, and goes on where it was the next time', async () => {
  const { look } = updateScriptReader();
  for (let index = 0; index < 50; index += 1) writeFileSync(join(folder, `x--${100 + index}.sql`), load(`l${index}`));
  const stop = new AbortController();
  const interrupted = look(image(), stop.signal);
  stop.abort();
  expect((await interrupted).length).toBeLessThan(50);
  expect(await look(image(), never)).toHaveLength(50);
});
