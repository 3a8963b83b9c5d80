import { afterAll, describe, expect, test } from 'vitest';
import { openStepCounter } from '../support/counted-steps.ts';
import { expectLinear, type Pump, signs } from '../support/expect-linear.ts';

// Whatever somebody puts in front of a parser, twice as much of it is at most twice the work. In steps, not in seconds.
const counter = openStepCounter();
afterAll(() => counter.close());

const { parseRememberedFiles } = await import('../../src/configuration/remembered-files.ts');
const { expandPlaceholders, unknownPlaceholders } = await import('../../src/configuration/placeholders.ts');
const { parseControlFile } = await import('../../src/image-volume/control-file.ts');
const { libdirLoadScanner } = await import('../../src/image-volume/libdir-loads.ts');
const { parseMountInfo } = await import('../../src/image-volume/mountinfo.ts');
const { parsePostmasterPid } = await import('../../src/postmaster/postmaster-pid.ts');
const { parseProcessStat } = await import('../../src/postmaster/process-stat.ts');
const { isLastWord, parsePostgresLogLine } = await import('../../src/postmaster/postmaster-log.ts');
const { parseEnviron } = await import('../../src/environment/compare-environment.ts');
const { extensionPaths } = await import('../../src/settings/extension-paths.ts');
const { parseGucFile, quoteGucValue } = await import('../../src/settings/guc-file.ts');
const { renderLibraryList, splitIdentifierList, splitLibraryList } = await import('../../src/settings/guc-list.ts');
const { parseAppliedImages } = await import('../../src/removal/applied-images-text.ts');
const { postgresWords } = await import('../../src/cli/postgres-words.ts');
const { printable } = await import('../../src/cli/text-table.ts');
const { lastWords } = await import('../../src/initialization/last-words.ts');
const { hideSecrets } = await import('../../src/lib/hide-secrets.ts');
const { optionValues } = await import('../../src/initialization/initdb-arguments.ts');
const { parsePasswd } = await import('../../src/instance/passwd.ts');
const { splitLines } = await import('../../src/lib/line-splitter.ts');
const { quoteLiteral } = await import('../../src/lib/quote-literal.ts');
const { withoutLineEnds } = await import('../../src/lib/without-line-ends.ts');

describe('the counter itself', () => {
  test('counts the same for the same work', () => {
    const work = () => void parseGucFile('a = b # c\n'.repeat(100));
    counter.count(work);
    expect(counter.count(work)).toBe(counter.count(work));
  });

  test('finds work that grows with the square, in our code and in built-in functions', () => {
    const pairs = (text: string): number => {
      let equal = 0;
      for (const a of text) for (const b of text) if (a === b) equal += 1;
      return equal;
    };
    const searches = (text: string): number => [...text].filter((_, index) => text.includes('b', index)).length;
    for (const work of [pairs, searches]) expect(() => expectLinear(counter, work, '', 'a')).toThrow('less than');
  });
});

const inPieces = (text: string): unknown => {
  const scanner = libdirLoadScanner();
  for (let at = 0; at < text.length; at += 1000) scanner.push(text.slice(at, at + 1000));
  return scanner.end();
};
const throughAPipe = (text: string): unknown => {
  let rest = '';
  for (let at = 0; at < text.length; at += 100) rest = splitLines(rest, text.slice(at, at + 100)).rest;
  return rest;
};
const image = {
  name: 'a',
  image: {},
  extensionControlPath: [],
  dynamicLibraryPath: [],
  ldLibraryPath: [],
  binPath: [],
};
const declared = { extensionControlPath: false, dynamicLibraryPath: false };
const applied = JSON.stringify({ configuration: { ...image, env: [], declared }, provides: [], libraries: [] });

type Work = (text: string) => unknown;

const readers: readonly (readonly [what: string, work: Work, befores: readonly string[], pumps?: readonly Pump[]])[] = [
  ['a control file', parseControlFile, ['', "comment = '", 'requires = '], ["requires = 'a, b'\n", 'include a\n']],
  ['a settings file', parseGucFile, ['', "a = '", 'a = '], ["a = 'b''c'\n", "a = '\\001\\777' # \n"]],
  ['a value for it', (text) => quoteGucValue(text.replaceAll('\0', '')), ['']],
  ['a text for a statement', (text) => quoteLiteral(text.replaceAll('\0', '')), ['']],
  ['a list of libraries', splitLibraryList, ['', '"', 'a'], [' a ,', '"a"",']],
  ['a list of identifiers', splitIdentifierList, ['', '"', 'a']],
  ['a list to be written', (text) => renderLibraryList(text.split(' ')), ['']],
  [
    'the user’s paths',
    (text) => extensionPaths([], { dynamicLibraryPath: text }),
    ['', '/'],
    [(i) => `/a${i}:b${i}/:`],
  ],
  ['what was applied', parseAppliedImages, ['', '{"version":1,"images":[']],
  ['mountinfo', parseMountInfo, ['', '1 2 0:3 / /a\\040'], ['1 2 0:3 / /a rw - tmpfs none rw\n', ' a', '\\040']],
  ['postmaster.pid', parsePostmasterPid, ['', '1\n/data\n', '-'], ['1\n']],
  ['the state of a process', parseProcessStat, ['', '1 (a', '1 (a) S '], [' 1']],
  [
    'a line of the log',
    (text) => isLastWord(parsePostgresLogLine(text)),
    ['', '2026 [1] '],
    ['FATAL:  ', 'LOG: ', 'postgres:'],
  ],
  ['an environment', parseEnviron, ['', 'A='], ['A=b\0', (index) => `A${index}=\0`]],
  ['/etc/passwd', parsePasswd, [''], ['a:x:1:1::/:\n']],
  [
    'options of postgres',
    (text) => postgresWords(text.split('\n')),
    ['', '-', '-c a=', '--a='],
    ['-e\n', 'e', '-d5\n', '-cA=b\n'],
  ],
  [
    'options of initdb',
    (text) => optionValues(text.split('\n'), { long: ['a', 'b'], short: 'A' }),
    [''],
    ['-A\n', '--a=b\n'],
  ],
  [
    'the words of a program',
    (text) => lastWords(text.split('\n').map(hideSecrets)),
    ['', 'CREATE ROLE '],
    ['CREATE ROLE ', ' PASSWORD', 'password=', "password '", 'parameter "', '://:', '://'],
  ],
  ['a script', inPieces, ['', "'", '/*', 'LOAD '], ["LOAD '$libdir/a'\n", "'/*", '-- /*', "LOAD '$libdir/"]],
  ['what a pipe delivers', throughAPipe, ['']],
  [
    'a placeholder',
    (text) => [expandPlaceholders(text, '/a'), unknownPlaceholders(text)],
    ['', '${'],
    ['${a}', '$${image_root}'],
  ],
  ['the files of before', parseRememberedFiles, ['', '{"sha256":"","files":['], ['{"path":"","text":""},']],
  ['a cell of a table', printable, [''], [' \n ']],
  ['a secret in a file', withoutLineEnds, [''], ['\na']],
];

for (const [what, work, befores, pumps = []] of readers) {
  test.each(befores)(`${what} that begins with %j`, (before) => {
    for (const pump of [...signs, ...pumps]) expectLinear(counter, work, before, pump);
  });
}

test('the record of what was applied, with as many images as one likes', () => {
  const record = (text: string): unknown =>
    parseAppliedImages(`{"version":1,"preload":[],"images":[${text.slice(0, -1)}]}`);
  expectLinear(counter, record, '', `${applied},`);
  expectLinear(counter, record, '', (index) => `${applied.replace('"a"', `"a${index}"`)},`);
});
