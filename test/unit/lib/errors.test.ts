import { describe, expect, test } from 'vitest';
import { describeError, ExitError, errorCode } from '../../../src/lib/errors.ts';

test('an ExitError carries the exit code beside its sentence', () => {
  const error = new ExitError(78, 'The configuration is wrong.');
  expect(error).toMatchObject({ name: 'ExitError', exitCode: 78, message: 'The configuration is wrong.' });
  expect(error).toBeInstanceOf(Error);
});

describe('describeError', () => {
  test('puts the causes behind the message, outermost first', () => {
    const innermost = new Error('permission denied');
    const inner = new Error('the file cannot be read', { cause: innermost });
    expect(describeError(new Error('the pass failed', { cause: inner }))).toBe(
      'the pass failed: the file cannot be read: permission denied',
    );
  });

  test('takes the name of an error that says nothing', () => {
    expect(describeError(new TypeError())).toBe('TypeError');
    expect(describeError(new AggregateError([new Error('a')]))).toBe('AggregateError');
  });

  test('shows what was thrown without being an error', () => {
    expect(describeError('gone')).toBe('gone');
    expect(describeError(undefined)).toBe('undefined');
    expect(describeError(new Error('a', { cause: 'b' }))).toBe('a: b');
  });
});

describe('errorCode', () => {
  test('is the code of the error, as Node and pg give it', () => {
    expect(errorCode(Object.assign(new Error('no file'), { code: 'ENOENT' }))).toBe('ENOENT');
  });

  test.each([
    ['an error without one', new Error('a')],
    ['a code that is no text', Object.assign(new Error('a'), { code: 42 })],
    ['something that is no error', { code: 'ENOENT' }],
    ['nothing', undefined],
  ])('is undefined for %s', (_, thrown) => {
    expect(errorCode(thrown)).toBeUndefined();
  });
});
