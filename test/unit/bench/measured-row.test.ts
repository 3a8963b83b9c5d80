import { describe, expect, it } from 'vitest';
import { judge, measuredRow } from '../../bench/measured-row.ts';

const parts = { what: 'a start', unit: 'ms', note: 'how' } as const;

describe('judge', () => {
  it('says by how much a target was missed', () => {
    const row = measuredRow({
      ...parts,
      samples: [90, 120, 130],
      target: () => ({ statistic: 'p50', limit: 100, text: '100 ms' }),
    });
    expect(judge(row)).toEqual({ kind: 'missed', measured: 120, by: 20 });
  });

  it('takes the limit itself as met', () => {
    const row = measuredRow({
      ...parts,
      samples: [100, 500],
      target: () => ({ statistic: 'p50', limit: 100, text: '' }),
    });
    expect(judge(row)).toEqual({ kind: 'met', measured: 100 });
  });

  it('looks at the statistic that the target names', () => {
    const row = measuredRow({
      ...parts,
      samples: [1, 1, 9],
      target: () => ({ statistic: 'max', limit: 5, text: '' }),
    });
    expect(judge(row)).toMatchObject({ kind: 'missed', by: 4 });
  });

  it('measures against what was taken beside it', () => {
    const row = measuredRow({
      ...parts,
      samples: [140],
      beside: { what: 'bare', samples: [30] },
      target: (beside) => ({ statistic: 'p50', limit: (beside?.p50 ?? 0) + 120, text: 'bare + 120 ms' }),
    });
    expect(row.target?.limit).toBe(150);
    expect(judge(row).kind).toBe('met');
  });

  it('measures against a peer, and says nothing when there is none', () => {
    const row = (peer?: { readonly what: string; readonly samples: readonly number[] }) =>
      measuredRow({
        ...parts,
        samples: [140],
        peer,
        target: (_beside, other) =>
          other === undefined ? undefined : { statistic: 'p50', limit: other.p50, text: 'peer' },
      });
    expect(judge(row({ what: 'peer', samples: [130] }))).toEqual({ kind: 'missed', measured: 140, by: 10 });
    expect(judge(row())).toEqual({ kind: 'none' });
  });

  it('says nothing where there is no target', () => {
    expect(judge(measuredRow({ ...parts, samples: [1] }))).toEqual({ kind: 'none' });
  });

  it('never takes a limit that is no number as met', () => {
    const row = measuredRow({
      ...parts,
      samples: [1],
      target: () => ({ statistic: 'p50', limit: Number.NaN, text: '' }),
    });
    expect(judge(row).kind).toBe('missed');
  });
});
