import { execa } from 'execa';

/** The program of a container engine. */
export type Engine = 'docker' | 'podman';

export interface EngineAnswer {
  /** Undefined: it could not be started, or a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The first that answers; undefined: there is none. docker's client can be there without its engine. */
export async function findEngine(wanted: Engine | undefined): Promise<Engine | undefined> {
  for (const engine of wanted === undefined ? (['docker', 'podman'] as const) : [wanted]) {
    if ((await callEngine(engine, ['info'])).exitCode === 0) return engine;
  }
  return undefined;
}

async function callEngine(engine: Engine, args: readonly string[]): Promise<EngineAnswer> {
  const { exitCode, stdout, stderr } = await execa(engine, [...args], { stdin: 'ignore', reject: false });
  return { exitCode, stdout, stderr };
}

/** With our own output; a signal to us reaches it through `stop`. Resolves with its exit code, 128 + signal included. */
export async function runEngine(engine: Engine, args: readonly string[], stop: AbortSignal): Promise<number> {
  const { exitCode } = await execa(engine, [...args], {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
    cancelSignal: stop,
    forceKillAfterDelay: false,
  });
  return exitCode ?? 1;
}

/** Undefined: the engine has the image now. Otherwise why it has not; `docker run` does not pull what it mounts. */
export async function haveImage(engine: Engine, reference: string): Promise<string | undefined> {
  if ((await callEngine(engine, ['image', 'inspect', reference])).exitCode === 0) return undefined;
  const { exitCode, stderr } = await callEngine(engine, ['pull', '--quiet', reference]);
  return exitCode === 0 ? undefined : lastLine(stderr);
}

/** Copies the files of an image into a folder that is there. Undefined: done. Otherwise why not. */
export async function unpackImage(engine: Engine, reference: string, folder: string): Promise<string | undefined> {
  const missing = await haveImage(engine, reference);
  if (missing !== undefined) return missing;
  // An image of nothing but files has no command; this one is never executed.
  const created = await callEngine(engine, ['create', reference, 'never']);
  const container = created.stdout.trim().split('\n').at(-1) ?? '';
  if (created.exitCode !== 0 || container === '') return lastLine(created.stderr);
  try {
    const copied = await callEngine(engine, ['cp', `${container}:/.`, folder]);
    return copied.exitCode === 0 ? undefined : lastLine(copied.stderr);
  } finally {
    await callEngine(engine, ['rm', '--force', container]);
  }
}

/** What an engine says last is what went wrong. */
function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'it said nothing';
}
