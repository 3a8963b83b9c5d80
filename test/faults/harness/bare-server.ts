import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { postgresEnvironment } from '../../support/throwaway-postgres.ts';

/** PostgreSQL by itself on a data folder, without any manager: to look what there is after one has ended for good. */
export interface BareServer extends AsyncDisposable {
  readonly socketFolder: string;
}

export interface BareServerOptions {
  readonly binDirectory: string;
  readonly dataDirectory: string;
  readonly socketFolder: string;
}

/** A user's own file must not decide whether the data can be looked at. */
const plain = { restore_command: '', shared_preload_libraries: '', logging_collector: 'off', hot_standby: 'on' };

export async function startBareServer(options: BareServerOptions): Promise<BareServer> {
  const settings = { listen_addresses: '', unix_socket_directories: options.socketFolder, port: '5432', ...plain };
  const postmaster = spawn(
    join(options.binDirectory, 'postgres'),
    ['-D', options.dataDirectory, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...ownerOf(options.dataDirectory), cwd: '/', env: postgresEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const log = { text: '' };
  postmaster.stderr.setEncoding('utf8').on('data', (text: string) => {
    log.text = (log.text + text).slice(-10_000);
  });
  const hasEnded = once(postmaster, 'exit');
  const stop = async (): Promise<void> => {
    if (postmaster.exitCode === null && postmaster.signalCode === null) postmaster.kill('SIGINT');
    await hasEnded;
  };
  const untilMs = performance.now() + 30_000;
  while (postmaster.exitCode === null && performance.now() < untilMs) {
    if (await answers(options.socketFolder)) return { socketFolder: options.socketFolder, [Symbol.asyncDispose]: stop };
    await delay(30);
  }
  await stop();
  throw new Error(`PostgreSQL alone does not start on what is left:\n${log.text}`);
}

/** The manager, as root, chooses a user and gives him the folder; PostgreSQL runs as the owner or not at all. */
function ownerOf(folder: string): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const { uid, gid } = statSync(folder);
  return { uid, gid };
}

async function answers(socketFolder: string): Promise<boolean> {
  const client = new pg.Client({ host: socketFolder, user: 'postgres', database: 'postgres' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
