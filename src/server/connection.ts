import { readFileSync } from 'node:fs';
import type { Client } from 'pg';
import { describeError } from '../lib/errors.ts';

/** Where the server listens and who the manager is there. */
export interface ServerAddress {
  /** A socket folder, or a host. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Read anew at each login: a mounted Secret changes under a running manager. */
  readonly passwordFile: string | undefined;
  /** Tried when there is no file: what the superuser of a new cluster got. */
  readonly password: string | undefined;
}

const connectTimeoutMs = 3_000;
const answerTimeoutMs = 3_000;

/**
 * Opens a session of the manager; the only place where one is made. The caller ends it.
 *
 * The search_path is emptied so that nobody's objects stand in for the catalog's, and nothing waits for ever. `postgres`
 * can have been dropped; template1 cannot.
 */
export async function connect(address: ServerAddress, purpose: string): Promise<Client> {
  try {
    return await connectTo(address, 'postgres', purpose);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '3D000') {
      return connectTo(address, 'template1', purpose);
    }
    throw error;
  }
}

async function connectTo(address: ServerAddress, database: string, purpose: string): Promise<Client> {
  // Loaded when PostgreSQL was started: it does not wait for this.
  const { default: pg } = await import('pg');
  const password = readPassword(address);
  const client = new pg.Client({
    host: address.host,
    port: address.port,
    user: address.user,
    database,
    ssl: false,
    application_name: `pg-instance-manager ${purpose}`,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
    options:
      '-c search_path=pg_catalog -c statement_timeout=3s -c idle_session_timeout=0 -c client_min_messages=warning',
    ...(password.text === undefined ? {} : { password: password.text }),
  });
  // Without it, a server that restarts under an idle session would end the manager with an unhandled 'error' event.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    // What the server says of the missing password is only half of it.
    if (password.problem !== undefined && error instanceof Error) error.message += ` (${password.problem})`;
    throw error;
  }
  return client;
}

/** A file that cannot be read is no reason not to try: the server may not ask for a password. */
function readPassword({ passwordFile: file, password }: Pick<ServerAddress, 'passwordFile' | 'password'>): {
  readonly text?: string;
  readonly problem?: string;
} {
  if (file === undefined) return password === undefined ? {} : { text: password };
  try {
    return { text: readFileSync(file, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    return { problem: `the password file cannot be read: ${describeError(error)}` };
  }
}
