import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { signalProcess } from '../../../src/lib/signal-process.ts';

test('a signal goes to the one process that is named', async () => {
  const child = spawn('sleep', ['60']);
  expect(signalProcess(child.pid ?? -1, 'SIGTERM')).toBe(true);
  expect((await once(child, 'exit'))[1]).toBe('SIGTERM');
  expect(signalProcess(child.pid ?? -1, 'SIGTERM')).toBe(false);
});

// SIGCONT: if it was sent after all, it would hurt nobody.
test.each([0, -1, -process.pid, Number.NaN, 1.5])('%d names no single process, and nothing gets a signal', (pid) => {
  expect(signalProcess(pid, 'SIGCONT')).toBe(false);
});
