import type { NewCluster } from './new-cluster.ts';

/** The server that the scripts work on, and where they find its programs. */
export interface ScriptServer {
  readonly socketFolder: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly binDirectory: string;
}

type Variables = Readonly<Record<string, string>>;

/** Resolved here; a script sees the values, as in the official image. */
const files = ['POSTGRES_PASSWORD_FILE', 'POSTGRES_USER_FILE', 'POSTGRES_DB_FILE', 'POSTGRES_INITDB_ARGS_FILE'];
/** They would lead a client elsewhere: https://www.postgresql.org/docs/18/libpq-envars.html */
const misleading = ['PGHOSTADDR', 'PGSERVICE', 'PGPASSFILE'];

/**
 * What an init script has in its environment: that of the server, so that programs of image volumes work, the variables
 * of the official image, and what a client needs to reach this server without arguments.
 */
export function initScriptEnvironment(
  server: Variables,
  container: Readonly<Record<string, string | undefined>>,
  wanted: NewCluster,
  password: string | undefined,
  place: ScriptServer,
): Variables {
  const official = Object.entries(container).flatMap(([name, value]) =>
    name.startsWith('POSTGRES_') && value !== undefined && value !== '' ? [[name, value] as const] : [],
  );
  const all: Record<string, string> = {
    ...server,
    ...Object.fromEntries(official),
    POSTGRES_USER: wanted.superuser,
    POSTGRES_DB: wanted.database,
    ...(password === undefined ? {} : { POSTGRES_PASSWORD: password, PGPASSWORD: password }),
    PATH: [place.binDirectory, ...(server['PATH'] ?? '/usr/bin:/bin').split(':')].join(':'),
    PGHOST: place.socketFolder,
    PGPORT: String(place.port),
    PGUSER: wanted.superuser,
    PGDATABASE: wanted.database,
    PGDATA: place.dataDirectory,
  };
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => !files.includes(name) && !misleading.includes(name)),
  );
}
