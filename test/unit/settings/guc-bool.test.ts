import { expect, test } from 'vitest';
import { parseGucBool } from '../../../src/settings/guc-bool.ts';

test.each(['true', 'tr', 'T', 'yes', 'y', 'on', 'ON', '1'])('takes %s for true', (value) => {
  expect(parseGucBool(value)).toBe(true);
});

test.each(['false', 'f', 'No', 'n', 'off', 'of', '0'])('takes %s for false', (value) => {
  expect(parseGucBool(value)).toBe(false);
});

test.each(['', 'o', 'truely', '10', ' on', 'maybe'])('takes "%s" for neither', (value) => {
  expect(parseGucBool(value)).toBeUndefined();
});
