import { describe, expect, it } from 'vitest';
import { parseCpuTicks, parseMachineTicks, parseResidentMib } from '../../bench/proc-text.ts';

describe('parseResidentMib', () => {
  it('takes VmRSS, not the others', () => {
    expect(parseResidentMib('VmHWM:\t   90000 kB\nVmRSS:\t   73728 kB\nRssAnon:\t 30000 kB\n')).toBe(72);
  });

  it('gives nothing for a process that has no memory any more', () => {
    expect(parseResidentMib('Name:\tpostgres\nState:\tZ (zombie)\n')).toBeUndefined();
  });
});

describe('parseCpuTicks', () => {
  it('adds user and system time, apart from that of children that have ended', () => {
    const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 1 2 3 4 100 20 7 5 20 0 1 0 12345';
    expect(parseCpuTicks(stat)).toEqual({ own: 120, endedChildren: 12 });
  });

  it('gives nothing for a text that ends early', () => {
    expect(parseCpuTicks('42 (postgres) S 1')).toBeUndefined();
  });
});

describe('parseMachineTicks', () => {
  it('counts everything but idle and waiting for the disk as work', () => {
    const stat = 'cpu  10 1 5 100 20 2 3 4 7 7\ncpu0 1 1 1 1 1 1 1 1 1 1\n';
    expect(parseMachineTicks(stat)).toEqual({ busy: 25, all: 145 });
  });
});
