import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { SurveyRequest } from './survey-types.ts';

/** What of a run is where. */
export interface Workshop {
  readonly engine: string;
  readonly base: string;
  readonly folder: string;
}

const repository = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

/** Those of docker/extensions, which have end-to-end tests of their own; others need some of them. */
const official: ReadonlySet<string> = new Set(
  ['pg-crash', 'pg-ivm', 'pgaudit', 'pgrouting', 'pgvector', 'postgis-3', 'timescaledb', 'wal2json'].map(
    (name) => `postgresql-18-${name}`,
  ),
);

/** The packages of the distribution, as its own index lists them. */
export async function listPackages(workshop: Workshop): Promise<readonly string[]> {
  mkdirSync(`${workshop.folder}/apt-lists`, { recursive: true });
  const listed = await inBase(workshop, ['/survey/list-packages.sh'], aptFlags(workshop));
  return listed.split('\n').filter((name) => name !== '' && !official.has(name));
}

/** Lays the image of a package out below `images/`, unless it is there. */
export async function fetchImage(workshop: Workshop, name: string): Promise<void> {
  const image = `${workshop.folder}/images/${imageName(name)}`;
  if (existsSync(`${image}/beside.txt`)) return;
  await inBase(workshop, ['/survey/fetch-package.sh', name], [...aptFlags(workshop), '--volume', `${image}:/out`]);
}

/** The images that apt says it needs, those that they need in turn before them. */
export async function fetchBeside(workshop: Workshop, image: string): Promise<readonly string[]> {
  const packages = readFileSync(`${workshop.folder}/images/${image}/beside.txt`, 'utf8').split('\n').filter(Boolean);
  const beside: string[] = [];
  for (const name of packages) {
    await fetchImage(workshop, name);
    beside.push(...(await fetchBeside(workshop, imageName(name))), imageName(name));
  }
  return [...new Set(beside)];
}

/** `postgresql-18-hll` is `hll`, `postgresql-plperl-18` is `plperl`. */
export function imageName(packageName: string): string {
  return packageName.replace(/^postgresql-18-/, '').replace(/^postgresql-(.*)-18$/, '$1');
}

/** Runs survey-image.ts in a container with the images at /extensions; what it wrote. */
export async function surveyInContainer(
  workshop: Workshop,
  image: string,
  beside: readonly string[],
  folderOf: (image: string) => string,
  known: SurveyRequest['known'],
): Promise<string> {
  const modules = realpathSync(`${repository}/node_modules`);
  const cluster = `${workshop.folder}/cluster`;
  const volumes = [
    ...[image, ...beside].map((name) => `${folderOf(name)}:/extensions/${name}:ro`),
    `${cluster}:/cluster:ro`,
    `${workshop.folder}/manager:/manager:ro`,
    ...new Set([`${repository}:${repository}:ro`, `${modules}:${modules}:ro`]),
  ];
  const script = `${repository}/test/survey/inside/survey-image.ts`;
  const request: SurveyRequest = { image, beside, known };
  const args = [`${modules}/node/bin/node`, script];
  const flags = volumes.flatMap((volume) => ['--volume', volume]);
  const container = ['run', '--rm', '--interactive', '--network=none', ...flags];
  return await run(workshop, [...container, workshop.base, ...args], JSON.stringify(request));
}

/** A build of the manager, as it is now: the one in the checkout may be made anew meanwhile. */
export function keepManager(workshop: Workshop, dist: string | undefined): void {
  const kept = `${workshop.folder}/manager`;
  rmSync(kept, { recursive: true, force: true });
  cpSync(dist ?? `${repository}/dist`, kept, { recursive: true });
}

/** A cluster to copy: to make one takes seconds. */
export async function makeCluster(workshop: Workshop): Promise<void> {
  const cluster = `${workshop.folder}/cluster`;
  if (existsSync(`${cluster}/data/PG_VERSION`)) return;
  mkdirSync(cluster, { recursive: true });
  const initdb = 'initdb -D /tmp/data -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >&2 && tar -C /tmp -cf - data';
  const script = `su postgres -c '${initdb}' | tar -C /cluster -xf - && chmod -R a+rX /cluster`;
  const path = '/usr/lib/postgresql/18/bin:/usr/bin:/bin';
  const flags = ['--user', '0', '--volume', `${cluster}:/cluster`, '--env', `PATH=${path}`];
  await run(workshop, [
    'run',
    '--rm',
    ...flags,
    workshop.base,
    'bash',
    '-c',
    script.replace('su ', 'su --preserve-environment '),
  ]);
}

function aptFlags({ folder }: Workshop): readonly string[] {
  const volumes = [`${folder}/apt-lists:/var/lib/apt/lists`, `${folder}/apt-archives:/var/cache/apt/archives`];
  return ['--network=host', '--user', '0', ...volumes.flatMap((volume) => ['--volume', volume])];
}

async function inBase(workshop: Workshop, command: readonly string[], flags: readonly string[]): Promise<string> {
  const survey = ['--volume', `${repository}/test/survey:/survey:ro`];
  return await run(workshop, ['run', '--rm', ...flags, ...survey, workshop.base, ...command]);
}

async function run({ engine }: Workshop, args: readonly string[], input = ''): Promise<string> {
  const { stdout } = await execa(engine, args, { input, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
