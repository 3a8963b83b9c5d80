import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import type { Entry } from '../survey-types.ts';

const bin = '/usr/lib/postgresql/18/bin';
const data = '/tmp/data';
/** Made once for all containers. */
const template = '/cluster/data';
const log = '/tmp/server.log';
const longest = 120_000;

/** Starts a fresh cluster that has the images in force as the manager would have them; what it says if it does not start. */
export function startServer(entries: readonly Entry[], preload: readonly string[]): string | undefined {
  stopServer();
  rmSync(data, { recursive: true, force: true });
  rmSync(log, { force: true });
  cpSync(template, data, { recursive: true });
  chmodSync(data, 0o700);
  const settings = {
    listen_addresses: '',
    unix_socket_directories: '/tmp',
    fsync: 'off',
    shared_buffers: '32MB',
    wal_level: 'logical',
    max_worker_processes: '40',
    track_commit_timestamp: 'on',
    extension_control_path: ['$system', ...entries.flatMap(({ controlPath }) => controlPath)].join(':'),
    dynamic_library_path: ['$libdir', ...entries.flatMap(({ libraryPath }) => libraryPath)].join(':'),
    shared_preload_libraries: preload.map((name) => `"${name}"`).join(', '),
  };
  const written = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
  appendFileSync(`${data}/postgresql.conf`, written.join(''));
  const libraries = entries.flatMap(({ ldLibraryPath }) => ldLibraryPath).join(':');
  const env = {
    ...process.env,
    ...Object.assign({}, ...entries.map((entry) => entry.env)),
    ...(libraries === '' ? {} : { LD_LIBRARY_PATH: libraries }),
  };
  const started = spawnSync(`${bin}/pg_ctl`, ['start', '-w', '-t', '60', '-D', data, '-l', log], {
    env,
    encoding: 'utf8',
    timeout: longest,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (started.status === 0) return undefined;
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return lines.filter((line) => /FATAL|ERROR|symbol|error/.test(line)).at(-1) ?? lines.at(-1) ?? started.stderr;
}

export function stopServer(): void {
  if (!existsSync(`${data}/postmaster.pid`)) return;
  spawnSync(`${bin}/pg_ctl`, ['stop', '-w', '-m', 'immediate', '-D', data], { stdio: 'ignore', timeout: longest });
}

/** What is printed, and what is complained of, notices left out. */
export interface Answer {
  readonly output: string;
  readonly error: string | undefined;
}

/** Waits for a server that recovers from a crash. */
export function psql(database: string, ...statements: readonly string[]): Answer {
  const flags = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', '/tmp', '-U', 'postgres', '-d', database];
  const commands = statements.flatMap((statement) => ['-c', statement]);
  for (let attempt = 0; ; attempt += 1) {
    const { status, stdout, stderr } = run(`${bin}/psql`, [...flags, ...commands]);
    if (status === 0) return { output: stdout.trim(), error: undefined };
    if (attempt < 100 && /recovery mode|starting up|not yet accepting/.test(stderr)) {
      spawnSync('sleep', ['0.1']);
      continue;
    }
    const said = stderr.split('\n').filter((line) => !/^(psql:)?\s*(NOTICE|WARNING|INFO)/.test(line));
    return { output: stdout.trim(), error: said.join('\n').trim() || `psql ended with ${status}` };
  }
}

function run(program: string, args: readonly string[]) {
  return spawnSync(program, args, { encoding: 'utf8', timeout: longest, maxBuffer: 64 * 1024 * 1024 });
}
