import type { Client } from 'pg';
import { quoteIdentifier } from '../lib/quote-identifier.ts';
import { quoteLiteral } from '../lib/quote-literal.ts';
import { type CatalogState, readCatalogState } from './catalog-state.ts';
import { type Answer, inSession, type Trial } from './trial.ts';
import type { LoadedModule } from './verification-step.ts';

export interface Creation {
  readonly extension: string;
  /** Undefined: the default version. */
  readonly version: string | undefined;
  /** What is created before it, in this order. */
  readonly requirements: readonly string[];
}

export interface Created {
  readonly version: string;
  /** As the database was, with the requirements, before the extension came. */
  readonly before: CatalogState;
  /** What the session has loaded. */
  readonly modules: readonly LoadedModule[];
}

/** CREATE EXTENSION after what it requires, each for itself: https://www.postgresql.org/docs/18/sql-createextension.html */
export async function createExtension(trial: Trial, database: string, creation: Creation): Promise<Answer<Created>> {
  const { extension, version, requirements } = creation;
  for (const required of requirements) {
    const statement = `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(required)}`;
    const answer = await inSession(trial, database, (client) => client.query(statement));
    if (answer.kind === 'done') continue;
    const message = `${shownName(required)}, which it requires, cannot be created: ${answer.failure.message}`;
    return { ...answer, failure: { ...answer.failure, message } };
  }
  const which = version === undefined ? '' : ` VERSION ${quoteLiteral(version)}`;
  return inSession(trial, database, async (client) => {
    const before = await readCatalogState(client);
    await client.query(`CREATE EXTENSION ${quoteIdentifier(extension)}${which}`);
    const { rows } = await client.query<{ version: string }>({
      text: 'SELECT extversion AS version FROM pg_catalog.pg_extension WHERE extname = $1',
      values: [extension],
    });
    return { version: rows[0]?.version ?? '', before, modules: await readLoadedModules(trial, client) };
  });
}

/** pg_get_loaded_modules() keeps the folders to itself; the kernel has them. */
export async function readLoadedModules(trial: Trial, client: Client): Promise<readonly LoadedModule[]> {
  const { rows } = await client.query<{ pid: number; file: string; name: string | null; version: string | null }>(
    `SELECT pg_catalog.pg_backend_pid() AS pid, file_name AS file, module_name AS name, version
FROM pg_catalog.pg_get_loaded_modules()`,
  );
  const mapped = rows[0] === undefined ? undefined : trial.mappedFiles(rows[0].pid);
  return rows.map(({ file, name, version }) => {
    const path = mapped?.find((one) => one.endsWith(`/${file}`)) ?? null;
    return { file, name, version, path };
  });
}

/** As people write it in SQL. */
export function shownName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteIdentifier(name);
}
