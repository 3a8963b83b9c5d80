import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import {
  collectServerOption,
  parseAddress,
  parseCount,
  parseDurationMs,
  parseYesNo,
} from '../../../src/cli/option-values.ts';
import { ExitError } from '../../../src/lib/errors.ts';

describe('parseAddress', () => {
  test.each([
    ['0.0.0.0:8000', { host: '0.0.0.0', port: 8000 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::]:9187', { host: '::', port: 9187 }],
    ['[fe80::1]:80', { host: 'fe80::1', port: 80 }],
    [':8000', { host: '0.0.0.0', port: 8000 }],
    ['a.example:65535', { host: 'a.example', port: 65_535 }],
    ['off', 'off'],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  test.each([
    '',
    '8000',
    'localhost',
    'localhost:',
    '::1:80',
    '[::1]',
    '[]:80',
    'a:65536',
    'a:-1',
    'a:80 ',
    'a b:80',
    'OFF',
  ])('refuses "%s" and says what it expects', (text) => {
    expect(() => parseAddress(text)).toThrow(InvalidArgumentError);
    expect(() => parseAddress(text)).toThrow(`found "${text}"`);
  });
});

describe('parseDurationMs', () => {
  test.each([
    ['60', 60_000],
    ['60s', 60_000],
    ['1.5m', 90_000],
    ['500ms', 500],
    ['2h', 7_200_000],
    ['0.5', 500],
    ['168h', 604_800_000],
  ])('reads %s', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test.each(['', '0', '0ms', '-1', '1d', 's', '1 s', '1e3', '.5', '169h', 'Infinity', '99999999999999999999'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseDurationMs(text)).toThrow(InvalidArgumentError);
    },
  );
});

describe('parseCount', () => {
  test.each([
    ['0', 0],
    ['5', 5],
    ['007', 7],
    ['999999', 999_999],
  ])('reads %s', (text, count) => {
    expect(parseCount(text)).toBe(count);
  });

  test.each(['', '-1', '1.5', '1000000', 'five', '5 '])('refuses "%s"', (text) => {
    expect(() => parseCount(text)).toThrow(InvalidArgumentError);
  });
});

describe('parseYesNo', () => {
  test.each(['yes', 'true', 'on', '1', 'TRUE'])('%s switches on', (text) => expect(parseYesNo(text)).toBe(true));
  test.each(['no', 'false', 'off', '0', '', 'False'])('"%s" does not', (text) => expect(parseYesNo(text)).toBe(false));
  test.each(['y', 'ja', '2', ' yes'])('refuses "%s"', (text) => {
    expect(() => parseYesNo(text)).toThrow(InvalidArgumentError);
  });
});

describe('collectServerOption', () => {
  const nothing: ReadonlyMap<string, string> = new Map();

  test('collects parameters; the last one of a name counts, in upper or lower case', () => {
    const first = collectServerOption('Work_Mem=8MB', nothing);
    const second = collectServerOption('port=5433', first);
    expect([...collectServerOption('WORK_MEM=9MB', second)]).toEqual([
      ['work_mem', '9MB'],
      ['port', '5433'],
    ]);
  });

  test('does not change what was collected before', () => {
    collectServerOption('a=1', nothing);
    expect(nothing.size).toBe(0);
  });

  test.each([
    ['a=', 'a', ''],
    ['a=b=c', 'a', 'b=c'],
    ["a=it's\nme", 'a', "it's\nme"],
    ['auto_explain.log_min_duration=1s', 'auto_explain.log_min_duration', '1s'],
  ])('takes %j', (text, name, value) => {
    expect([...collectServerOption(text, nothing)]).toEqual([[name, value]]);
  });

  test.each(['', 'a', '=b', '1a=b', 'a b=c', 'a-b=c', '--a=b', 'a.b.c=d', ' a=b'])('refuses "%s"', (text) => {
    expect(() => collectServerOption(text, nothing)).toThrow(ExitError);
  });

  test('repeats the name of what it refuses, not the value', () => {
    expect(() => collectServerOption('a b=hush', nothing)).toThrow(/^(?!.*hush).*a b=…/);
  });

  test('refuses the data folder, which has a flag of its own', () => {
    expect(() => collectServerOption('Data_Directory=/elsewhere', nothing)).toThrow('--pgdata');
  });
});
