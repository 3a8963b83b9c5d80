// ⚡ Runs the demo's own PostgreSQL without the program, to look at what was laid out.
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { findPostgresUser } from '../../../src/demo/postgres-user.ts';

export interface DemoServer {
  readonly port: number;
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** A folder that every user can enter, which mkdtemp's is not. */
export async function makeOpenFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pgim-demo-'));
  await chmod(folder, 0o755);
  return folder;
}

export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address === null || typeof address === 'string' ? 0 : address.port;
}

/** Starts `folder`/server on a new cluster, as a user that PostgreSQL runs as. */
export async function startDemoServer(
  folder: string,
  settings: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<DemoServer> {
  const user = await findPostgresUser(undefined);
  const owned = await mkdtemp(join(folder, 'cluster-'));
  const data = join(owned, 'data');
  await mkdir(data, { mode: 0o700 });
  const asUser = { cwd: '/', stdin: 'ignore', ...(user && { uid: user.uid, gid: user.gid }) } as const;
  if (user !== undefined) {
    await chown(owned, user.uid, user.gid);
    await chown(data, user.uid, user.gid);
  }
  const bin = join(folder, 'server/bin');
  await execa(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--no-locale'], asUser);
  const port = await findFreePort();
  const all = { ...settings, port: String(port), unix_socket_directories: owned, listen_addresses: '127.0.0.1' };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const postmaster = execa(join(bin, 'postgres'), ['-D', data, ...options], { ...asUser, env, reject: false });
  const connection = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
  await waitUntilItAnswers(connection);
  return {
    port,
    query: (sql) => queryOnce(connection, sql),
    stop: async () => {
      postmaster.kill('SIGINT');
      await postmaster;
      await rm(owned, { recursive: true });
    },
  };
}

async function waitUntilItAnswers(connection: pg.ClientConfig): Promise<void> {
  const deadlineMs = performance.now() + 15_000;
  for (;;) {
    try {
      await queryOnce(connection, 'SELECT 1');
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A session of its own, so that a library that was loaded before does not hide that it cannot be loaded now. */
async function queryOnce(connection: pg.ClientConfig, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
