import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { type Answer, askHttp, type LogLine } from '../../support/running-manager.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { engine, type Output } from './engine-command.ts';
import { images } from './images.ts';

export interface ContainerOptions {
  /** The image of PostgreSQL under the manager, unless something else is named. */
  readonly image?: string;
  /** What is mounted at /extensions/<key>: an image. */
  readonly extensions?: Readonly<Record<string, string>>;
  /** The text of `instance.yaml`. */
  readonly configuration?: string;
  /** A folder of this machine to mount as the configuration, instead of one with that text. */
  readonly configurationFolder?: string;
  /** Beside the password that every cluster of these tests has. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Further flags of the engine's `run`. */
  readonly flags?: readonly string[];
  /** What stands after the image. */
  readonly command?: readonly string[];
}

/** What the engine says of a container. */
export interface ContainerState {
  readonly Status: string;
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  readonly Health?: { readonly Status: string };
}

/** A container, seen as its user sees it. It is removed, with its anonymous volumes, at the end of its scope. */
export interface Container extends AsyncDisposable {
  readonly id: string;
  readonly exec: (command: readonly string[], flags?: readonly string[]) => Promise<Output>;
  /** What psql writes in one session, without headings; throws what PostgreSQL says against it. */
  readonly sql: (statements: string | readonly string[], database?: string) => Promise<string>;
  readonly sqlError: (statement: string) => Promise<string>;
  readonly address: (port: number) => Promise<string>;
  readonly get: (path: string) => Promise<Answer>;
  readonly status: () => Promise<InstanceStatus>;
  /** Looks at the status again and again until it is as wanted, and returns that one. */
  readonly waitFor: (isWanted: (status: InstanceStatus) => boolean, timeoutMs?: number) => Promise<InstanceStatus>;
  /** Until `/readyz` says yes and the settings are in force. */
  readonly ready: () => Promise<InstanceStatus>;
  readonly output: () => Promise<string>;
  readonly log: () => Promise<readonly LogLine[]>;
  readonly state: () => Promise<ContainerState>;
  readonly writeConfiguration: (text: string) => void;
  /** `stop` of the engine: how long it took and what the container ended with. */
  readonly stop: () => Promise<{ readonly tookMs: number; readonly exitCode: number }>;
  /** `restart` of the engine. */
  readonly restart: () => Promise<void>;
  /** Until it has ended by itself. */
  readonly ended: () => Promise<number>;
  readonly remove: () => Promise<void>;
}

/** `psql` as the superuser over the local socket, writing nothing but the values. */
const psql = ['psql', '-h', '/run/postgresql', '-U', 'postgres', '-v', 'ON_ERROR_STOP=1', '-qAtX'] as const;

export async function startContainer(options: ContainerOptions = {}): Promise<Container> {
  const folder = temporaryFolder('e2e');
  const configuration = configurationFolder(folder, options.configuration);
  const { label } = inject('laboratory');
  const mounts = Object.entries(options.extensions ?? {}).flatMap(([name, image]) => [
    ...['--mount', `type=image,source=${image},target=/extensions/${name}`],
  ]);
  const environment = { POSTGRES_PASSWORD: 'secret of the tests', ...options.environment };
  const { stdout: id } = await engine([
    ...['run', '--detach', '--label', label, '--publish', '127.0.0.1::8000', '--publish', '127.0.0.1::5432'],
    ...['--volume', `${options.configurationFolder ?? configuration.path}:/etc/pg-instance-manager:ro`, ...mounts],
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...(options.flags ?? []),
    ...[options.image ?? images.postgres, ...(options.command ?? [])],
  ]);
  return container(id, configuration.write);
}

function container(id: string, writeConfiguration: (text: string) => void): Container {
  const exec: Container['exec'] = (command, flags = []) => engine(['exec', ...flags, id, ...command], false);
  const query = (statements: readonly string[], database: string): Promise<Output> =>
    exec([...psql, '-d', database, ...statements.flatMap((statement) => ['-c', statement])]);
  const state: Container['state'] = async () =>
    JSON.parse((await engine(['inspect', '--format', '{{json .State}}', id])).stdout);
  const output: Container['output'] = async () => (await engine(['logs', id])).all;
  const addresses = new Map<number, string>();
  const address: Container['address'] = async (port) => {
    const known = addresses.get(port);
    if (known !== undefined) return known;
    const found = (await engine(['port', id, `${port}/tcp`])).stdout.split('\n')[0] ?? '';
    addresses.set(port, found);
    return found;
  };
  const get: Container['get'] = async (path) => askHttp('GET', `http://${await address(8000)}${path}`);
  const status: Container['status'] = async () => JSON.parse((await get('/status')).body);
  const waitFor: Container['waitFor'] = async (isWanted, timeoutMs = 30_000) => {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      const seen = await status().catch(() => undefined);
      if (seen !== undefined && isWanted(seen)) return seen;
      const hasEnded = seen === undefined && (await state()).Status === 'exited';
      if (hasEnded || performance.now() > untilMs) {
        const why = hasEnded ? 'the container has ended' : `not within ${timeoutMs} ms`;
        const last = `The last one:\n${JSON.stringify(seen, undefined, 1)}\nThe log:\n${(await output()).slice(-6_000)}`;
        throw new Error(`waited for a status: ${why}. ${last}`);
      }
      await delay(50);
    }
  };
  const remove: Container['remove'] = async () => void (await engine(['rm', '--force', '--volumes', id], false));

  return {
    id,
    exec,
    sql: async (statements, database = 'postgres') => {
      const result = await query([statements].flat(), database);
      if (result.exitCode !== 0) throw new Error(result.all);
      return result.stdout;
    },
    sqlError: async (statement) => {
      const result = await query([statement], 'postgres');
      if (result.exitCode === 0) throw new Error(`${statement} should have failed. It said: ${result.all}`);
      return result.stderr;
    },
    address,
    get,
    status,
    waitFor,
    ready: () => waitFor(({ postgres, configuration }) => postgres.ready && configuration.state !== 'pending', 60_000),
    output,
    log: async () => (await output()).split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : [])),
    state,
    writeConfiguration,
    stop: async () => {
      const startMs = performance.now();
      await engine(['stop', '-t', '60', id]);
      return { tookMs: performance.now() - startMs, exitCode: (await state()).ExitCode };
    },
    restart: async () => {
      await engine(['restart', '-t', '60', id]);
      // it comes back with other ports
      addresses.clear();
    },
    ended: async () => Number((await engine(['wait', id])).stdout),
    remove,
    [Symbol.asyncDispose]: remove,
  };
}

/** A folder on this machine that is mounted, so that a change is seen in the container. */
function configurationFolder(folder: string, text: string | undefined) {
  const path = join(folder, 'configuration');
  mkdirSync(path, { mode: 0o755 });
  const write = (changed: string): void => {
    writeFileSync(join(folder, 'next.yaml'), changed, { mode: 0o644 });
    renameSync(join(folder, 'next.yaml'), join(path, 'instance.yaml'));
  };
  if (text !== undefined) write(text);
  return { path, write };
}

/** Runs a container to its end, whatever that is. */
export function runOnce(args: readonly string[]): Promise<Output> {
  return engine(['run', '--rm', '--label', inject('laboratory').label, ...args], false);
}

/** A named volume, for what is to outlive its container. It is removed at the end of its scope, or of the run. */
export async function namedVolume(): Promise<{ readonly name: string } & AsyncDisposable> {
  const { stdout: name } = await engine(['volume', 'create', '--label', inject('laboratory').label]);
  return { name, [Symbol.asyncDispose]: async () => void (await engine(['volume', 'rm', '--force', name], false)) };
}
