import { describe, expect, it } from 'vitest';
import { measuredRow } from '../../bench/measured-row.ts';
import { renderOutcome, renderResults, resultsDocument } from '../../bench/render-results.ts';

const machine = {
  startedAt: '2026-01-02T03:04:05.000Z',
  node: '24.1.0',
  postgres: '18.1',
  cores: 2,
  processor: 'a processor',
  memoryMib: 4096,
  kernel: 'Linux 6.1',
  user: 'uid 65534',
};

const met = measuredRow({
  what: 'a start',
  unit: 'ms',
  samples: [80.123, 90.456],
  beside: { what: 'bare', samples: [2.5] },
  target: () => ({ statistic: 'p50', limit: 100, text: '100 ms' }),
  note: 'how it was measured',
});
const missed = measuredRow({
  what: 'memory',
  unit: 'MiB',
  samples: [95],
  target: () => ({ statistic: 'p95', limit: 80, text: '80 MiB' }),
  note: 'how it was measured',
});
const reference = measuredRow({ what: 'Node alone', unit: 'ms', samples: [26], note: 'a floor' });

const rows = [met, missed, reference].map((row) => ({ ...row, othersPercent: 1.4 }));

describe('renderResults', () => {
  const lines = renderResults(machine, rows).split('\n');

  it('says which machine it was', () => {
    expect(lines[0]).toBe('node 24.1.0, PostgreSQL 18.1, 2 × a processor, Linux 6.1');
    expect(lines[1]).toBe(
      'run as uid 65534. OTHERS: how much of the machine others used meanwhile; above 5 % (!), run it again.',
    );
  });

  it('has a line for each thing measured, with what stands beside it, target and verdict', () => {
    expect(lines.slice(3, 7)).toEqual([
      'MEASURED        N  P50       P95       P99       BESIDE IT  P50      P95      OTHERS  TARGET         VERDICT',
      ' 1. a start     2  80.1 ms   90.5 ms   90.5 ms   bare       2.50 ms  2.50 ms  1 %     p50 <= 100 ms  met (80.1 ms)',
      ' 2. memory      1  95.0 MiB  95.0 MiB  95.0 MiB  -          -        -        1 %     p95 <= 80 MiB  MISSED by 15.0 MiB (95.0 MiB)',
      ' 3. Node alone  1  26.0 ms   26.0 ms   26.0 ms   -          -        -        1 %     -              -',
    ]);
  });

  it('has one note for the lines that share it', () => {
    expect(lines.slice(8)).toEqual(['1, 2: how it was measured', '3: a floor', '']);
  });

  it('has two columns more when there is a peer, empty where it was not measured', () => {
    const { peer } = measuredRow({ ...missed, target: () => undefined, peer: { what: 'peer', samples: [4, 7.5] } });
    const withPeer = { ...met, peer };
    const table = renderResults(
      machine,
      [withPeer, missed].map((row) => ({ ...row, othersPercent: undefined })),
    ).split('\n');
    expect(table.slice(3, 6)).toEqual([
      'MEASURED     N  P50       P95       P99       BESIDE IT  P50      P95      PEER P50  P95      OTHERS  TARGET         VERDICT',
      ' 1. a start  2  80.1 ms   90.5 ms   90.5 ms   bare       2.50 ms  2.50 ms  4.00 ms   7.50 ms  -       p50 <= 100 ms  met (80.1 ms)',
      ' 2. memory   1  95.0 MiB  95.0 MiB  95.0 MiB  -          -        -        -         -        -       p95 <= 80 MiB  MISSED by 15.0 MiB (95.0 MiB)',
    ]);
  });

  it('marks what was measured while others were at work on the machine', () => {
    expect(renderResults(machine, [{ ...met, othersPercent: 56 }])).toContain('56 % !');
  });
});

describe('resultsDocument', () => {
  it('holds machine, samples, summaries and verdicts', () => {
    expect(resultsDocument(machine, rows)).toMatchObject({
      machine,
      results: [
        {
          what: 'a start',
          samples: [80.123, 90.456],
          summary: { n: 2, p50: 80.123 },
          beside: { what: 'bare', samples: [2.5] },
          othersPercent: 1.4,
          verdict: { kind: 'met', measured: 80.123 },
        },
        { what: 'memory', verdict: { kind: 'missed', by: 15 } },
        { what: 'Node alone', verdict: { kind: 'none' } },
      ],
    });
  });

  it('leaves out samples by the thousand, their summary stays', () => {
    const many = measuredRow({ what: 'requests', unit: 'ms', samples: Array(1_001).fill(1), note: '' });
    expect(resultsDocument(machine, [{ ...many, othersPercent: 0 }])).toMatchObject({
      results: [{ samples: [], summary: { n: 1_001 } }],
    });
  });
});

describe('renderOutcome', () => {
  it('is short', () => {
    expect(rows.map(renderOutcome)).toEqual(['p50 80.1 ms, met', 'p50 95.0 MiB, missed', 'p50 26.0 ms']);
  });
});
