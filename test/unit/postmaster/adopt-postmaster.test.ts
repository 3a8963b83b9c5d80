import { describe, expect, test } from 'vitest';
import { adoptPostmaster } from '../../../src/postmaster/adopt-postmaster.ts';
import type { ExitStatus } from '../../../src/postmaster/exit-status.ts';
import type { ProcessStat } from '../../../src/postmaster/process-stat.ts';

const postmaster: ProcessStat = { command: 'postgres', state: 'running', parentPid: 1, startTicks: 1_000 };

/** Time passes only when somebody turns it: each sleep ends at once, after the world was changed by `next`. */
function adopted(given: { readonly hasInit: boolean }) {
  const held: { seen: ProcessStat | undefined } = { seen: postmaster };
  const listeners: ((pid: number, status: ExitStatus) => void)[] = [];
  const waiting: (() => void)[] = [];
  const ends: ExitStatus[] = [];
  const sent: [number, NodeJS.Signals][] = [];
  const process = adoptPostmaster(
    42,
    {
      clock: { now: () => 0, sleep: () => new Promise((resolve) => waiting.push(resolve)) },
      observe: () => held.seen,
      signal: (pid, signal) => void sent.push([pid, signal]),
      onExited: given.hasInit ? (listener) => void listeners.push(listener) : undefined,
    },
    { line: () => undefined, exited: (status) => void ends.push(status) },
  );
  return {
    process,
    ends,
    sent,
    become: (stat: ProcessStat | undefined) => {
      held.seen = stat;
    },
    tell: (pid: number, status: ExitStatus) => {
      for (const listener of listeners) listener(pid, status);
    },
    /** Lets every sleep end. */
    wait: async () => {
      for (const resolve of waiting.splice(0)) resolve();
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

const clean: ExitStatus = { kind: 'code', code: 0 };

describe('the end of an adopted postmaster', () => {
  test('is what the init says', () => {
    const { ends, become, tell } = adopted({ hasInit: true });
    become(undefined);
    tell(42, clean);
    expect(ends).toEqual([clean]);
  });

  test('is told once, whoever saw it first', async () => {
    const { ends, become, tell, wait } = adopted({ hasInit: true });
    become(undefined);
    await wait();
    tell(42, clean);
    await wait();
    await wait();
    expect(ends).toEqual([clean]);
  });

  test('is not the end of another process, nor of an earlier one with the same pid', async () => {
    const { ends, tell, wait } = adopted({ hasInit: true });
    tell(43, clean);
    tell(42, clean);
    await wait();
    expect(ends).toEqual([]);
  });

  test.each([
    ['gone', undefined],
    ['a zombie', { ...postmaster, state: 'defunct' } as const],
    ['another process with its pid', { ...postmaster, startTicks: 2_000 }],
  ])('is unknown when there is no init to tell: %s', async (_, stat) => {
    const { ends, become, wait } = adopted({ hasInit: false });
    become(stat);
    await wait();
    expect(ends).toEqual([{ kind: 'unknown' }]);
  });
});

test('a signal never reaches another process that has got the pid', () => {
  const { process, become, sent } = adopted({ hasInit: false });
  process.signal('SIGINT');
  become({ ...postmaster, startTicks: 2_000 });
  process.signal('SIGQUIT');
  expect(sent).toEqual([[42, 'SIGINT']]);
});
