import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { inject } from 'vitest';
import { images } from '../support/images.ts';

/** The images that stand for those of the official catalog here. */
export interface LocalImages {
  readonly postgres: string;
  readonly pgvector: string;
  readonly postgis: string;
}

/** The manifests of docker/manifests, the official catalog among them, with other references and one more parameter. */
export function manifests({ postgres, pgvector, postgis }: LocalImages, workMem = '6MB'): string {
  return ['catalog-minimal-trixie', 'cluster', 'database']
    .map((name) => readFileSync(new URL(`../../../docker/manifests/${name}.yaml`, import.meta.url), 'utf8'))
    .join('---\n')
    .replaceAll(/ghcr\.io\/cloudnative-pg\/postgresql:18\.6\S+/g, postgres)
    .replaceAll(/ghcr\.io\/cloudnative-pg\/pgvector:\S+/g, pgvector)
    .replaceAll(/ghcr\.io\/cloudnative-pg\/postgis-extension:\S+/g, postgis)
    .replace('work_mem: 8MB', `work_mem: ${workMem}\n      app.dollar: "a$$b \${HOME}"`);
}

/** What a command of the program in the image writes when it reads the manifests. */
export async function shipped(args: readonly string[], input: string): Promise<string> {
  const command = ['run', '--rm', '--interactive', images.postgres, 'pg-instance-manager', ...args, '-'];
  const { exitCode, stdout, stderr } = await execa(inject('laboratory').engine, command, { reject: false, input });
  if (exitCode === 0) return stdout;
  throw new Error(`${args.join(' ')}: exit code ${exitCode}\n${stderr}`);
}
