import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { inject } from 'vitest';
import { images } from '../support/images.ts';

const catalogFile = new URL('../../support/manifests/catalog-minimal-trixie.yaml', import.meta.url);

/** The images that stand for those of the official catalog here. */
export interface LocalImages {
  readonly postgres: string;
  readonly pgvector: string;
  readonly postgis: string;
}

/** The official catalog with other references, a Cluster that names two of its extensions, and a Database that declares them. */
export function manifests({ postgres, pgvector, postgis }: LocalImages, workMem = '6MB'): string {
  const replaced = readFileSync(catalogFile, 'utf8')
    .replaceAll(/ghcr\.io\/cloudnative-pg\/postgresql:18\.6\S+/g, postgres)
    .replaceAll(/ghcr\.io\/cloudnative-pg\/pgvector:\S+/g, pgvector)
    .replaceAll(/ghcr\.io\/cloudnative-pg\/postgis-extension:\S+/g, postgis);
  return `${replaced}---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: cluster-example }
spec:
  instances: 1
  storage: { size: 1Gi }
  imageCatalogRef: { apiGroup: postgresql.cnpg.io, kind: ClusterImageCatalog, name: postgresql-minimal-trixie, major: 18 }
  resources: { limits: { memory: 1Gi } }
  postgresql:
    parameters: { work_mem: ${workMem}, "app.dollar": "a$b \${HOME}" }
    extensions: [{ name: pgvector }, { name: postgis }]
---
apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata: { name: cluster-example-app }
spec:
  name: app
  owner: app
  cluster: { name: cluster-example }
  extensions: [{ name: vector }, { name: postgis }]
`;
}

/** What a command of the program in the image writes when it reads the manifests. */
export async function shipped(args: readonly string[], input: string): Promise<string> {
  const command = ['run', '--rm', '--interactive', images.postgres, 'pg-instance-manager', ...args, '-'];
  const { exitCode, stdout, stderr } = await execa(inject('laboratory').engine, command, { reject: false, input });
  if (exitCode === 0) return stdout;
  throw new Error(`${args.join(' ')}: exit code ${exitCode}\n${stderr}`);
}
