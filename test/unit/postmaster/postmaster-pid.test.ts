import { describe, expect, test } from 'vitest';
import { parsePostmasterPid } from '../../../src/postmaster/postmaster-pid.ts';

const text = [
  ...['4711', '/var/lib/postgresql/data', '1769860800', '54321', '/run/postgresql', '127.0.0.1'],
  ...['  5432001    131072', 'ready   ', ''],
].join('\n');

const whole = {
  pid: 4711,
  dataDirectory: '/var/lib/postgresql/data',
  startEpochSeconds: 1_769_860_800,
  port: 54_321,
  socketDirectory: '/run/postgresql',
  listenAddress: '127.0.0.1',
  sharedMemory: '5432001    131072',
  status: 'ready',
};

describe('parsePostmasterPid', () => {
  test('reads the file of a server that is up', () => {
    expect(parsePostmasterPid(text)).toEqual(whole);
  });

  test('knows of each prefix only what was written to its end', () => {
    for (let length = 0; length <= text.length; length += 1) {
      const prefix = text.slice(0, length);
      const complete = prefix.split('\n').length - 1;
      const expected = Object.fromEntries(
        Object.entries(whole).map(([key, value], line) => [key, line < complete ? value : undefined]),
      );
      expect(parsePostmasterPid(prefix), JSON.stringify(prefix)).toEqual(complete === 0 ? undefined : expected);
    }
  });

  test('keeps the empty lines of a server without a socket or without TCP', () => {
    const noSocket = parsePostmasterPid('4711\n/data\n1769860800\n5432\n\n*\n');
    expect(noSocket).toMatchObject({ port: 5432, socketDirectory: '', listenAddress: '*' });
    expect(parsePostmasterPid('4711\n/data\n1769860800\n5432\n/run\n\n')).toMatchObject({ listenAddress: '' });
  });

  test('gives the pid of a single-user backend as it is written, negative', () => {
    expect(parsePostmasterPid('-4711\n/data\n')?.pid).toBe(-4711);
  });

  test.each(['', '\n', 'garbage\n', '12x\n', '1.5\n', '4711'])('makes nothing of %j', (garbage) => {
    expect(parsePostmasterPid(garbage)).toBeUndefined();
  });

  test('has no number where there is none', () => {
    expect(parsePostmasterPid('4711\n/data\nnever\n\n')).toMatchObject({
      startEpochSeconds: undefined,
      port: undefined,
    });
  });
});
