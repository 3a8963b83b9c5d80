import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { TestProject } from 'vitest/node';
import { atTheEnd } from './at-the-end.ts';
import { buildFlags } from './build-flags.ts';
import { type EngineCommand, findEngine } from './engine.ts';
import { type Build, builds } from './images.ts';

/** What the tests are told: the engine, and the label of everything that they make. */
export interface Laboratory {
  readonly engine: EngineCommand;
  readonly label: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    laboratory: Laboratory;
  }
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** How many images are made at once: half of the time is spent waiting for the package mirror. */
const buildsAtOnce = 3;

/**
 * Builds the images, with the engine's cache, and sees to it that nothing else stays.
 * PGIM_E2E_DEBIAN: the image that all start from. PGIM_E2E_BUILD_FLAGS: for `build`; `--no-cache` for one.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = await findEngine();
  if (engine.kind === 'absent') throw new Error(engine.why);
  const label = `pgim-e2e=${process.pid}-${Date.now()}`;
  const cleanUp = atTheEnd(['sh', '-c', cleanUpScript, 'sh', engine.command, label]);
  const startMs = performance.now();
  const { base, others } = builds(process.env['PGIM_E2E_DEBIAN'] ?? 'debian:forky-slim');
  await build(engine.command, base);
  const queue = [...others];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await build(engine.command, next);
  };
  await Promise.all(Array.from({ length: buildsAtOnce }, worker));
  const seconds = Math.round((performance.now() - startMs) / 1000);
  console.log(`${engine.command} ${engine.version}: ${others.length + 1} images built in ${seconds} s`);
  project.provide('laboratory', { engine: engine.command, label });
  return cleanUp;
}

async function build(command: EngineCommand, { tag, arguments: args }: Build): Promise<void> {
  // podman's own format has no health check
  const format = command === 'podman' ? ['--format', 'docker'] : [];
  const result = await execa(command, ['build', ...buildFlags(), ...format, '--tag', tag, ...args], {
    cwd: root,
    all: true,
    reject: false,
  });
  if (result.exitCode !== 0) throw new Error(`${result.command} failed:\n${result.all.slice(-6_000)}`);
}

// What was made in this run goes.
const cleanUpScript = `
"$1" ps --all --quiet --filter "label=$2" | xargs -r "$1" rm --force --volumes
"$1" volume ls --quiet --filter "label=$2" | xargs -r "$1" volume rm --force
"$1" image ls --quiet --filter "label=$2" | xargs -r "$1" image rm --force`;
