import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { containerArguments } from '../container/container-arguments.ts';
import { type Engine, findEngine, haveImage, runEngine } from '../container/engine.ts';
import { ExitError } from '../lib/errors.ts';
import { unreadableExit } from './choose-subjects.ts';
import { type ContainerCommand, planContainer } from './container-plan.ts';

export interface ContainerSurroundings {
  readonly hasColours: boolean;
  readonly absolute: (path: string) => string;
  /** Node.js, and the file of the program, as they are executed here. */
  readonly node: string;
  readonly program: string;
  readonly stop: AbortSignal;
}

const place = { node: '/opt/pg-instance-manager/node', program: '/opt/pg-instance-manager/program' } as const;

/**
 * Executes the command in a container of an image with PostgreSQL, with the Node.js and the program of this machine. Returns
 * its exit code.
 */
export async function inContainer(
  image: string,
  wanted: Engine | undefined,
  command: ContainerCommand,
  surroundings: ContainerSurroundings,
): Promise<number> {
  const { absolute, node, program, hasColours, stop } = surroundings;
  const plan = planContainer(command, { absolute, exists: existsSync });
  if (typeof plan === 'string') throw refusal(plan);
  const engine = await requireEngine(wanted);
  const references = plan.mounts.flatMap(({ kind, source }) => (kind === 'image' ? [source] : []));
  for (const reference of [image, ...references]) {
    const missing = await haveImage(engine, reference);
    if (missing !== undefined) throw refusal(`${engine} has no image ${reference} and could not pull it: ${missing}`);
  }
  const exitCode = await runEngine(
    engine,
    containerArguments({
      image,
      mounts: [
        ...plan.mounts,
        { kind: 'folder', source: node, target: place.node },
        { kind: 'folder', source: dirname(program), target: place.program },
      ],
      environment: hasColours ? { FORCE_COLOR: '1' } : {},
      command: [place.node, `${place.program}/${basename(program)}`, ...plan.words],
    }),
    stop,
  );
  if (exitCode >= 125 && exitCode <= 127) throw refusal(notExecuted(image, node, exitCode));
  return exitCode;
}

export async function requireEngine(wanted: Engine | undefined): Promise<Engine> {
  const engine = await findEngine(wanted);
  if (engine !== undefined) return engine;
  throw refusal(
    wanted === undefined
      ? 'no container engine answers: install docker or podman, or give folders instead of images'
      : `${wanted} does not answer: start it, or name another with --engine`,
  );
}

/** Their own codes: https://docs.docker.com/engine/containers/run/#exit-status */
function notExecuted(image: string, node: string, exitCode: number): string {
  return exitCode === 125
    ? `the container could not be started, see above`
    : `${image} cannot execute the Node.js of this machine (${node}), see above: that of nodejs.org and of npm needs glibc 2.28 or newer and libstdc++.so.6, that of a distribution needs its libraries, too`;
}

export function refusal(what: string): ExitError {
  return new ExitError(unreadableExit, `error: ${what}.`);
}
