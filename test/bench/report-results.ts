// ⚡ Tells the results: the table to people, the rest to a file.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { MachineFacts } from './machine-facts.ts';
import type { ObservedRow } from './measured-row.ts';
import { renderResults, resultsDocument } from './render-results.ts';

export function reportResults(machine: MachineFacts, rows: readonly ObservedRow[], file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(resultsDocument(machine, rows), undefined, 2)}\n`);
  process.stdout.write(`\n${renderResults(machine, rows)}\nresults: ${resolve(file)}\n`);
}
