import { expect, test } from 'vitest';
import { type InitLine, parseInitLine } from '../../../src/init/init-line.ts';

test.each<[string, InitLine | undefined]>([
  ['locked', { kind: 'locked' }],
  ['busy', { kind: 'busy' }],
  ['unlockable', { kind: 'unlockable' }],
  ['exited 42 code 0', { kind: 'exited', pid: 42, status: { kind: 'code', code: 0 } }],
  ['exited 42 signal 9', { kind: 'exited', pid: 42, status: { kind: 'signal', signal: 'SIGKILL' } }],
  // a real-time signal has no name in Node.js; it is reported as a shell does
  ['exited 42 signal 63', { kind: 'exited', pid: 42, status: { kind: 'code', code: 191 } }],
  ['exited', undefined],
  ['exited 42 code', undefined],
  ['exited -1 code 0', undefined],
  ['', undefined],
  ['from a later version', undefined],
])('%j is understood as %o', (line, expected) => {
  expect(parseInitLine(line)).toEqual(expected);
});
