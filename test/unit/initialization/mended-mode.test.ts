import { expect, test } from 'vitest';
import { mendedMode } from '../../../src/initialization/mended-mode.ts';

test.each([0o700, 0o750, 0o500, 0o710, 0o2750, 0o40700])('%o may stay', (mode) => {
  expect(mendedMode(mode)).toBeUndefined();
});

test.each([
  [0o2770, 0o750],
  [0o770, 0o750],
  [0o760, 0o750],
  [0o730, 0o700],
  [0o755, 0o700],
  [0o777, 0o700],
  [0o1777, 0o700],
  [0o701, 0o700],
  [0o42770, 0o750],
])('%o becomes %o', (mode, mended) => {
  expect(mendedMode(mode)).toBe(mended);
});
