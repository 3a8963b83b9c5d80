import { expect } from 'vitest';
import type { StepCounter } from './counted-steps.ts';

/** What is repeated: a text, or one that is another each time. */
export type Pump = string | ((index: number) => string);

const few = 500;

/** Four times as much of the same is four times the work, and a little for logarithms. The square would be sixteen. */
export function expectLinear(
  counter: StepCounter,
  work: (text: string) => unknown,
  before: string,
  pump: Pump,
  after = '',
): void {
  const text = (times: number): string =>
    before +
    (typeof pump === 'string' ? pump.repeat(times) : Array.from({ length: times }, (_, i) => pump(i)).join('')) +
    after;
  // Once in vain: what is made at the first use of a parser is not to count.
  work(text(1));
  const steps = [few, 4 * few].map((times) => counter.count(() => void work(text(times))));
  const [once = 0, fourTimes = 0] = steps;
  const told = `${JSON.stringify(before)} and many ${JSON.stringify(typeof pump === 'string' ? pump : pump(0))}: ${steps}`;
  expect(fourTimes, told).toBeLessThan(4.5 * once + 3000);
}

/** Characters and words that mean something to one parser or another. */
export const signs: readonly Pump[] = [
  ...[
    ' ',
    '\n',
    '\t',
    '\r',
    '\0',
    'a',
    '0',
    "'",
    '"',
    '\\',
    '/',
    '/*',
    '*/',
    '--',
    '#',
    '=',
    ',',
    ':',
    ';',
    '-',
    '.',
    '$',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    '[{',
    '${',
    '${a',
    '$${',
    "''",
    '""',
    "'a' ",
    "\\'",
    '\\1',
    '\\040',
    '\\377',
    '\u00e9',
    '\ud800',
  ],
  ...['a b ', 'a,', 'a, ', '"a",', '" ,', 'a=b\n', "a = 'b'\n", '0x0', '1.1', '1e', '../', '(', ') '],
  (index) => `a${index}, `,
  (index) => `a${index} = 1\n`,
];
