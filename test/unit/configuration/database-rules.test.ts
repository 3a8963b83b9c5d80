import { describe, expect, test } from 'vitest';
import {
  refuseConnectionLimit,
  refuseExtension,
  refuseName,
  refuseUnsendable,
  refuseVersion,
} from '../../../src/configuration/database-rules.ts';

describe('refuseName', () => {
  test.each(['a', 'My App', 'a"b', "a'b", '";--', 'Größe', '数据库', '😀', ' ', '-', 'a/b', 'x'.repeat(63)])(
    'lets %j be a name, because it is quoted',
    (name) => {
      expect(refuseName(name)).toBeUndefined();
    },
  );

  test('counts bytes, not characters', () => {
    expect(refuseName('ä'.repeat(31))).toBeUndefined();
    expect(refuseName('ä'.repeat(32))?.found).toBe('a name of 64 bytes');
    expect(refuseName('x'.repeat(64))?.message).toContain('cut the name off');
  });

  test.each(['a\0', 'a\nb', '\t', '\u007f', '\u0085'])('refuses the control character in %j', (name) => {
    expect(refuseName(name)?.message).toBe('take the control character out');
  });

  test('refuses nothing at all', () => {
    expect(refuseName('')?.message).toBe('value cannot be empty');
  });

  test('refuses half of a character, which has no bytes in UTF-8', () => {
    expect(refuseName('a\ud800')?.found).toBe('a text with half of a surrogate pair');
  });
});

describe('refuseExtension', () => {
  test.each(['vector', 'uuid-ossp', 'My "Ext"', '扩展'])('accepts %j', (name) => {
    expect(refuseExtension(name)).toBeUndefined();
  });

  test.each(['', '";--', 'a--b', '-a', 'a-', 'a/b', '../a', 'a\\b', 'a\0', 'x'.repeat(64)])('refuses %j', (name) => {
    expect(refuseExtension(name)).toBeDefined();
  });
});

describe('refuseVersion', () => {
  test.each(['1', '0.8.7', '3.6.3-dev', 'next', 'ANY version', "1'0"])('accepts %j', (version) => {
    expect(refuseVersion(version)).toBeUndefined();
  });

  test.each(['1--2', '-1', '1-', '1/2', '1\\2', '1\n'])('refuses %j', (version) => {
    expect(refuseVersion(version)?.expected).toBe('a version such as "1.2.3"');
  });

  test('says how to ask for the default version instead of writing an empty text', () => {
    expect(refuseVersion('')?.message).toBe('leave version out for the default version');
  });
});

test.each([-1, 0, 100, 2_147_483_647])('refuseConnectionLimit accepts %d', (limit) => {
  expect(refuseConnectionLimit(limit)).toBeUndefined();
});

test.each([-2, 1.5, 2_147_483_648])('refuseConnectionLimit refuses %d', (limit) => {
  expect(refuseConnectionLimit(limit)).toBeDefined();
});

test('refuseUnsendable lets line breaks and nothing at all pass', () => {
  expect(refuseUnsendable('&a < b\n&c')).toBeUndefined();
  expect(refuseUnsendable('')).toBeUndefined();
  expect(refuseUnsendable('a\0')?.found).toBe('a text with a NUL character');
  expect(refuseUnsendable('\udfff')).toBeDefined();
});
