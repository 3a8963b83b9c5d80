// ⚡ A session with the demo's PostgreSQL: runs statements and prints what they return.
import pg from 'pg';
import { renderSqlMessage } from './sql-message-text.ts';
import { renderSqlResultTable } from './sql-result-table.ts';

export interface SqlSession {
  readonly database: string;
  /** Prints the result, or the error on standard error. `lost`: there is no connection any more. */
  run(statement: string): Promise<'done' | 'failed' | 'lost'>;
  end(): Promise<void>;
}

interface SqlSessionOptions {
  readonly port: number;
  readonly database: string;
}

/** Connects as `postgres` on this machine; a problem is the text to print. */
export async function openSqlSession(options: SqlSessionOptions): Promise<SqlSession | { readonly problem: string }> {
  const client = new pg.Client({
    ...options,
    host: '127.0.0.1',
    user: 'postgres',
    // The demo's server has no certificate, whatever PGSSLMODE says.
    ssl: false,
    application_name: 'npm run sql',
    connectionTimeoutMillis: 10_000,
    // PostgreSQL's own text of every value, as psql shows it.
    types: { getTypeParser: () => (text: string) => text },
  });
  const lost = { value: false };
  client.on('error', () => {
    lost.value = true;
  });
  client.on('notice', (notice) => process.stderr.write(renderSqlMessage(notice)));
  try {
    await client.connect();
  } catch (error) {
    return { problem: explainConnectFailure(error, options.port) };
  }
  return {
    database: options.database,
    run: async (statement) => runStatement(client, statement, () => lost.value),
    end: async () => client.end(),
  };
}

async function runStatement(
  client: pg.Client,
  statement: string,
  isLost: () => boolean,
): Promise<'done' | 'failed' | 'lost'> {
  const tags: string[] = [];
  const keepTag = (message: { readonly text: string }): void => void tags.push(message.text);
  // The client keeps the first word of the command tag only: CREATE of CREATE EXTENSION.
  client.connection.on('commandComplete', keepTag);
  try {
    const result = await client.query<(string | null)[]>({ text: statement, rowMode: 'array' });
    const columns = result.fields.map((field) => ({ name: field.name, typeOid: field.dataTypeID }));
    const tag = tags.at(-1) ?? '';
    const hasRows = columns.length > 0 || result.command === 'SELECT';
    process.stdout.write(hasRows ? `${renderSqlResultTable({ columns, rows: result.rows })}\n` : tag && `${tag}\n`);
    if (hasRows && /^(INSERT|UPDATE|DELETE|MERGE) /.test(tag)) {
      process.stdout.write(`${tag}\n`);
    }
    return 'done';
  } catch (error) {
    if (error instanceof pg.DatabaseError) {
      process.stderr.write(renderSqlMessage(error));
      // FATAL ends the session; the socket's end arrives a moment later.
      return isLost() || error.severity === 'FATAL' ? 'lost' : 'failed';
    }
    return 'lost';
  } finally {
    client.connection.off('commandComplete', keepTag);
  }
}

function explainConnectFailure(error: unknown, port: number): string {
  if (error instanceof pg.DatabaseError) {
    return renderSqlMessage(error);
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED') {
    return `Nothing answers on 127.0.0.1:${port}. Is the demo running? Start it with: npm start\n`;
  }
  const words = error instanceof Error ? error.message : String(error);
  return `PostgreSQL does not answer on 127.0.0.1:${port} (${words}). Is it the demo that listens there?\n`;
}
