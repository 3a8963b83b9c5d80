import { execa } from 'execa';
import { expect, test } from 'vitest';
import { renderResults, withResults } from '../../faults/harness/render-results.ts';

const result = { name: 'A', seed: 1, complaints: [], acknowledged: 5, inDoubt: 1, lostSessions: 2, tookMs: 1_000 };
const table = renderResults(
  [
    { ...result, outcome: 'passed' },
    { ...result, outcome: 'failed', tookMs: 2_500 },
    { ...result, name: 'Before the day', outcome: 'left out', complaints: ['no mounts'] },
  ],
  { seed: 7, runs: 2, tookMs: 3_000 },
);
const text = withResults('# Days\n\n<!-- results -->\nold\n<!-- end of results -->\n', table);

test('the results are one line for each scenario, between two marks', () => {
  expect(table.replace(/ +/g, ' ')).toContain('| A | 1 of 2 | 10 | 2 | 4 | 2.5 s |');
  expect(table.replace(/ +/g, ' ')).toContain('| Before the day | left out: no mounts |');
  expect(text).not.toContain('old');
  expect(withResults(text, table)).toBe(text);
});

test('a file with results is as the formatter of this project wants it', async () => {
  const format = ['biome', 'format', '--config-path=.biome.json', '--stdin-file-path=test/faults/README.md'];
  const { stdout } = await execa('npx', ['--no-install', ...format], { input: text });
  expect(`${stdout}\n`).toBe(text);
});
