import { describe, expect, test } from 'vitest';
import { defaultFolders, muslFolders } from '../../../src/loader/default-folders.ts';
import { platformTokens, processorLevels } from '../../../src/loader/processor-levels.ts';

function loaderWith(...texts: readonly string[]): Buffer {
  return Buffer.from(`\x7fELF\0stack smashing\0${texts.join('\0')}\0LD_DEBUG\0`);
}

describe('the loader has its folders in itself', () => {
  test.each([
    [
      'Debian',
      ['/lib/x86_64-linux-gnu/', '/usr/lib/x86_64-linux-gnu/', '/lib/', '/usr/lib/'],
      ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib', '/usr/lib'],
      'lib/x86_64-linux-gnu',
    ],
    ['Fedora', ['/lib64/', '/usr/lib64/'], ['/lib64', '/usr/lib64'], 'lib64'],
    ['Arch', ['/usr/lib/', '/lib/'], ['/usr/lib', '/lib'], 'lib'],
  ])('of %s', (_, texts, folders, libToken) => {
    expect(defaultFolders(loaderWith('/etc/ld.so.cache', '/proc/self/exe', ...texts))).toEqual({ folders, libToken });
  });

  test.each([Buffer.alloc(0), loaderWith('/lib/'), Buffer.alloc(1000, '/lib/')])('or else the usual ones', (loader) => {
    expect(defaultFolders(loader).folders).toEqual(['/lib64', '/usr/lib64', '/lib', '/usr/lib']);
  });
});

test('musl has its own, or those of its file', () => {
  expect(muslFolders(undefined)).toEqual(['/lib', '/usr/local/lib', '/usr/lib']);
  expect(muslFolders('/a:/b\n/c\n')).toEqual(['/a', '/b', '/c']);
  expect(muslFolders('')).toEqual([]);
});

describe('a processor', () => {
  const two = 'cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3';
  const three = `${two} avx avx2 bmi1 bmi2 f16c fma movbe xsave`;
  const four = `${three} avx512f avx512bw avx512cd avx512dq avx512vl`;

  test.each([
    ['nothing', 'fpu sse sse2', []],
    ['the second level', two, ['x86-64-v2']],
    ['the third', three, ['x86-64-v3', 'x86-64-v2']],
    ['all', four, ['x86-64-v4', 'x86-64-v3', 'x86-64-v2']],
    ['what is of no use without the level before', four.replace('ssse3', ''), []],
  ])('that has %s', (_, flags, expected) => {
    expect(processorLevels(62, `processor\t: 0\nflags\t\t: ${flags}\nbugs\t\t: none\nflags\t\t: other\n`)).toEqual(
      expected,
    );
  });

  test('of another kind has other levels, or none', () => {
    expect(processorLevels(22, '')).toContain('z13');
    expect(processorLevels(21, '')).toContain('power9');
    expect(processorLevels(183, '')).toEqual([]);
    expect(platformTokens(183)).toEqual(['aarch64']);
  });
});
