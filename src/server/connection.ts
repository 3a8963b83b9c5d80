import { readFileSync } from 'node:fs';
import type { Client } from 'pg';
import { describeError, errorCode } from '../lib/errors.ts';

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

/** One session in a database. */
export interface SessionRequest {
  /** Undefined: any that is there, for what concerns the whole server. */
  readonly database: string | undefined;
  /** What activity views show behind the name of the program. */
  readonly purpose: string;
  /** `look`: reads only, and reads also where a library is gone. `work`: for statements that change something. */
  readonly kind: 'look' | 'work';
}

type Setting = readonly [name: string, value: string];

interface SessionProfile {
  readonly settings: readonly Setting[];
  readonly connectTimeoutMs: number;
  /** Undefined: a statement may take as long as it takes. */
  readonly answerTimeoutMs: number | undefined;
}

/**
 * Startup options win over ALTER ROLE … SET and ALTER DATABASE … SET, and need no statement of their own: the first
 * statement of a session is the caller's. https://www.postgresql.org/docs/18/config-setting.html
 */
const everySession: readonly Setting[] = [
  ['client_min_messages', 'warning'],
  ['idle_session_timeout', '0'],
];

const readCatalogs: readonly Setting[] = [
  // Nobody's objects stand in for those of the catalog.
  ['search_path', 'pg_catalog'],
  // Where the library that the catalogue names is gone, the loader of timescaledb would let no statement through.
  ['timescaledb.disable_load', 'on'],
];

const monitorProfile: SessionProfile = {
  settings: [...everySession, ...readCatalogs, ['statement_timeout', '3s']],
  connectTimeoutMs: 3_000,
  answerTimeoutMs: 3_000,
};

/** What a role or a database can be given that would change what our statements mean, or end them. */
const databaseSession: readonly Setting[] = [
  ['role', 'none'],
  // What the server says is read by a program, too.
  ['lc_messages', 'C'],
  ['session_replication_role', 'origin'],
  // Serializable sessions can do nothing on a standby: https://www.postgresql.org/docs/18/hot-standby.html
  ['default_transaction_isolation', 'read committed'],
  ['transaction_timeout', '0'],
  ['idle_in_transaction_session_timeout', '0'],
  ['standard_conforming_strings', 'on'],
  // Nobody waits for a statement any more: it ends, rather than keeping its locks and a smart shutdown waiting.
  ['client_connection_check_interval', '2s'],
];

const lookProfile: SessionProfile = {
  settings: [
    ...everySession,
    ...databaseSession,
    ...readCatalogs,
    ['default_transaction_read_only', 'on'],
    ['statement_timeout', '10s'],
    ['lock_timeout', '0'],
    // A login trigger that fails would keep everybody out: https://www.postgresql.org/docs/18/event-trigger-definition.html
    ['event_triggers', 'off'],
    ['jit', 'off'],
    ['quote_all_identifiers', 'off'],
  ],
  connectTimeoutMs: 10_000,
  answerTimeoutMs: 15_000,
};

const workProfile: SessionProfile = {
  settings: [
    ...everySession,
    ...databaseSession,
    // Where CREATE EXTENSION without a schema puts things: https://www.postgresql.org/docs/18/sql-createextension.html
    ['search_path', 'public'],
    ['default_transaction_read_only', 'off'],
    ['statement_timeout', '0'],
    ['lock_timeout', '2s'],
    // PostgreSQL would log a statement that failed with the options in it: passwords of foreign servers.
    ['log_min_error_statement', 'panic'],
    // A standby that is away holds nothing up.
    ['synchronous_commit', 'local'],
  ],
  connectTimeoutMs: 10_000,
  answerTimeoutMs: undefined,
};

/** A session as an application has one, but that nothing in it takes longer than `timeoutMs`. */
const trialSettings: readonly Setting[] = [...everySession, ['lc_messages', 'C']];
/** A library that does not look whether it is to stop is waited for that much longer. */
const trialGraceMs = 5_000;

/** Opens a session for trying things out. The caller ends it. */
export async function openTrialSession(address: ServerAddress, database: string, timeoutMs: number): Promise<Client> {
  return connectTo(address, database, 'verify', {
    settings: [...trialSettings, ['statement_timeout', `${timeoutMs}ms`]],
    connectTimeoutMs: 10_000,
    answerTimeoutMs: timeoutMs + trialGraceMs,
  });
}

/** A database whose settings name a library that is gone lets nobody in; it is to be seen all the same. */
const withoutPreload: readonly Setting[] = [
  ['session_preload_libraries', ''],
  ['local_preload_libraries', ''],
];

/**
 * Opens a session of the manager that watches the server. The caller ends it. Nothing in it waits for ever.
 */
export async function connect(
  address: ServerAddress,
  purpose: string,
  database: CommonDatabase = 'postgres',
): Promise<Client> {
  return connectToAny(address, purpose, monitorProfile, database);
}

/** Opens a session in a database. The caller ends it. */
export async function openSession(
  address: ServerAddress,
  { database, purpose, kind }: SessionRequest,
): Promise<Client> {
  const profile = kind === 'look' ? lookProfile : workProfile;
  if (database === undefined) return connectToAny(address, purpose, profile, 'postgres');
  const settings = kind === 'look' ? [...profile.settings, ...withoutPreload] : profile.settings;
  return connectTo(address, database, purpose, { ...profile, settings });
}

/** `postgres` can have been dropped; template1 cannot. */
export type CommonDatabase = 'postgres' | 'template1';

async function connectToAny(
  address: ServerAddress,
  purpose: string,
  profile: SessionProfile,
  database: CommonDatabase,
): Promise<Client> {
  try {
    return await connectTo(address, database, purpose, profile);
  } catch (error) {
    if (errorCode(error) === '3D000') return connectTo(address, 'template1', purpose, profile);
    throw error;
  }
}

/** The only place where a session is made. */
async function connectTo(
  address: ServerAddress,
  database: string,
  purpose: string,
  { settings, connectTimeoutMs, answerTimeoutMs }: SessionProfile,
): Promise<Client> {
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
    ...(answerTimeoutMs === undefined ? {} : { query_timeout: answerTimeoutMs }),
    options: startupOptions(settings),
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

/** https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-OPTIONS tells how blanks are written. */
function startupOptions(settings: readonly Setting[]): string {
  return settings.map(([name, value]) => `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`).join(' ');
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
