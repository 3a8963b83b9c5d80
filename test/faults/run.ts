import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parseFaultsArguments } from './harness/faults-arguments.ts';
import { renderResults, withResults } from './harness/render-results.ts';
import type { RunResult } from './harness/scenario.ts';

// `npm run test:faults`: the scenarios, and before them the wrong managers that the harness has to find out. A run of all
// scenarios writes its results into README.md, except in CI.
const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = join(root, 'test/faults/README.md');
const wanted = parseFaultsArguments(process.argv.slice(2));
if (wanted.kind === 'wrong') {
  process.stderr.write(`${wanted.message}\n`);
  process.exit(64);
}
const seed = wanted.seed ?? randomInt(2 ** 31);
const folder = mkdtempSync(join(tmpdir(), 'pgim-faults-'));
const resultsFile = join(folder, 'results.jsonl');
const startedMs = performance.now();
try {
  console.log(`seed ${seed}, ${wanted.runs} run${wanted.runs === 1 ? '' : 's'} of each scenario`);
  const only = wanted.only === undefined ? [] : ['--testNamePattern', wanted.only];
  const config = ['--config', 'test/vitest.config.ts', '--project', 'faults'];
  const { exitCode } = await execa('vitest', ['run', ...config, ...only], {
    cwd: root,
    preferLocal: true,
    stdio: 'inherit',
    reject: false,
    env: { FAULTS_SEED: String(seed), FAULTS_RUNS: String(wanted.runs), FAULTS_RESULTS: resultsFile },
  });
  const results = existsSync(resultsFile) ? readResults(resultsFile) : [];
  const table = renderResults(results, { seed, runs: wanted.runs, tookMs: performance.now() - startedMs });
  console.log(`\n${table}`);
  if (wanted.only === undefined && process.env['CI'] !== 'true') {
    writeFileSync(readme, withResults(readFileSync(readme, 'utf8'), table));
  }
  process.exitCode = exitCode ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function readResults(file: string): readonly RunResult[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line): RunResult => JSON.parse(line));
}
