// ⚡ Measures what was promised about containers, beside the same PostgreSQL without the manager, and beside another
// image if there is one.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkImages } from './containers/check-images.ts';
import { type ContainerBenchArguments, parseContainerBenchArguments } from './containers/container-bench-arguments.ts';
import type { ContainerBenchContext, ContainerMeasurement } from './containers/container-bench-context.ts';
import { type Contender, containerUser, contenders } from './containers/contender.ts';
import { type Engine, openEngine } from './containers/engine.ts';
import { firstInitialization, initializationWithScript, initScript } from './containers/first-initialization.ts';
import { addressOfThisMachine } from './containers/places.ts';
import { restartAndStop } from './containers/restart-and-stop.ts';
import { sizes } from './containers/sizes.ts';
import { interruption } from './interruption.ts';
import { type MachineFacts, observeMachine } from './machine-facts.ts';
import type { ObservedRow } from './measured-row.ts';
import { renderOutcome } from './render-results.ts';
import { reportResults } from './report-results.ts';

const measurements: readonly ContainerMeasurement[] = [
  sizes,
  restartAndStop,
  firstInitialization,
  initializationWithScript,
  checkImages,
];

async function bench(args: ContainerBenchArguments, engine: Engine, folder: string): Promise<void> {
  const chosen = measurements.filter(({ name }) => name.includes(args.only));
  if (chosen.length === 0) {
    throw new Error(`--only ${args.only} fits none of ${measurements.map(({ name }) => name).join(', ')}`);
  }
  const context = layOut(args, engine, folder);
  const machine = await observe(context);
  const rows: ObservedRow[] = [];
  for (const { name, measure } of chosen) {
    const startMs = performance.now();
    process.stderr.write(`${name} … `);
    const measured = await measure(context);
    rows.push(...measured);
    const seconds = (performance.now() - startMs) / 1_000;
    process.stderr.write(`${seconds.toFixed(0)} s: ${measured.map(renderOutcome).join('; ')}\n`);
  }
  reportResults(machine, rows, args.json ?? fileURLToPath(new URL('../../.bench/containers.json', import.meta.url)));
}

/** What containers get from this machine. */
function layOut(args: ContainerBenchArguments, engine: Engine, folder: string): ContainerBenchContext {
  const { image, base, peer, runs } = args;
  chmodSync(folder, 0o755);
  const passwdFile = join(folder, 'passwd');
  writeFileSync(passwdFile, `measured:x:${containerUser}:${containerUser}::/tmp:/bin/sh\n`);
  const initScripts = join(folder, 'init-scripts');
  mkdirSync(initScripts);
  writeFileSync(join(initScripts, 'table.sql'), initScript);
  const all = contenders({ image, base, peer, passwdFile });
  return { engine, contenders: all, host: addressOfThisMachine(), initScripts, runs };
}

async function observe({ engine, contenders: all }: ContainerBenchContext): Promise<MachineFacts> {
  const version = await engine.docker('version', '--format={{.Server.Version}}');
  const postgres = [];
  for (const contender of all) {
    await mustBeThere(engine, contender);
    postgres.push(await postgresVersion(engine, contender));
  }
  const images = all.map(({ name, image }) => `${name} ${image}`).join(', ');
  return observeMachine({
    postgres: [...new Set(postgres)].join(' / '),
    user: `uid ${containerUser} with a read-only root, Docker ${version}: ${images}`,
  });
}

async function mustBeThere(engine: Engine, { name, image }: Contender): Promise<void> {
  if ((await engine.docker('image', 'ls', '--quiet', image)) !== '') return;
  const flag = { ours: '--image', bare: '--base', peer: '--peer' }[name];
  throw new Error(`There is no image ${image}: \`npm run test:e2e\` builds the defaults, ${flag} names another.`);
}

async function postgresVersion(engine: Engine, { image }: Contender): Promise<string> {
  const run = ['run', '--rm', '--pull=never', `--label=${engine.label}`, '--network=none', '--entrypoint=postgres'];
  const text = await engine.docker(...run, image, '--version');
  return /\d+(\.\d+)*/.exec(text)?.[0] ?? text;
}

async function main(): Promise<number> {
  const args = parseContainerBenchArguments(process.argv.slice(2));
  if (args.kind === 'wrong') {
    process.stderr.write(`${args.message}\n`);
    return 64;
  }
  // What is laid out here is read by another user.
  process.umask(0o022);
  const interrupted = interruption();
  const engine = openEngine();
  const folder = mkdtempSync(join(tmpdir(), 'pgim-bench-containers-'));
  try {
    await Promise.race([bench(args, engine, folder), interrupted]).finally(engine.close);
    return 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exit(await main());
