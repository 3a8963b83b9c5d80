import { randomInt } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { test } from 'vitest';
import { seedOf } from './lots.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

// Set by run.ts; without it, one run each with a seed of its own.
const runs = Number(process.env['FAULTS_RUNS'] ?? 1);
const seedOfAll = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31));
const resultsFile = process.env['FAULTS_RESULTS'];

/** Makes a test of a scenario, as many times as this run is to have. */
export function faultTest(scenario: Scenario): void {
  for (let run = 1; run <= runs; run += 1) {
    const seed = seedOf(seedOfAll, scenario.name, run);
    test(`${scenario.name}${runs > 1 ? ` (${run} of ${runs})` : ''}`, {
      timeout: scenario.timeoutMs ?? 120_000,
    }, async (context) => {
      const result = await runScenario(scenario, seed);
      if (resultsFile !== undefined) appendFileSync(resultsFile, `${JSON.stringify(result)}\n`);
      context.skip(result.outcome === 'left out', result.complaints[0]);
      if (result.outcome === 'failed') {
        const again = `npm run test:faults -- --seed ${seedOfAll} --only '${scenario.name.replaceAll("'", '.')}'`;
        throw new Error(`${result.complaints.join('\n')}\nThe same moments again: ${again}`);
      }
    });
  }
}
