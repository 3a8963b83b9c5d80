// ⚡ A year of the official catalog, a new one on most days, held against all rules in one call.
import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import type { BenchContext, Measurement } from '../bench-context.ts';
import { type MeasuredRow, measuredRow } from '../measured-row.ts';

const catalogs = 300;
const limitMs = 2_000;
const catalogFile = new URL('../../../docker/manifests/catalog-minimal-trixie.yaml', import.meta.url);

export const validateCatalogs: Measurement = { name: 'validate-catalogs', measure };

async function measure({ workshop, runs }: BenchContext): Promise<readonly MeasuredRow[]> {
  const input = Array.from({ length: catalogs }, () => readFileSync(catalogFile, 'utf8')).join('---\n');
  const samples: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startMs = performance.now();
    const { stdout } = await execa(workshop.node, [workshop.program, 'validate', '-o', 'json', '-'], {
      input,
    });
    samples.push(performance.now() - startMs);
    const { errors, warnings } = JSON.parse(stdout);
    if (errors.length > 0 || warnings.length > 0) throw new Error(`the official catalog is refused: ${stdout}`);
  }
  return [
    measuredRow({
      what: `validate ${catalogs} official catalogs`,
      unit: 'ms',
      samples,
      target: () => ({ statistic: 'p95', limit: limitMs, text: `${limitMs} ms` }),
      note: 'The whole process, from its exec to its end: the catalogs on its standard input, JSON out.',
    }),
  ];
}
