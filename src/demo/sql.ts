// ⚡ `npm run sql`: SQL for the demo on a machine that has no psql.
import { defaultDemoPort } from './demo-arguments.ts';
import { runSqlPrompt } from './sql-prompt.ts';
import { openSqlSession, type SqlSession } from './sql-session.ts';
import { splitSqlStatements } from './sql-statements.ts';

/** Runs each argument, or without any a prompt. The exit code is 1 if a statement failed or nothing answers. */
async function main(texts: readonly string[]): Promise<number> {
  const port = Number(process.env['PGPORT'] || defaultDemoPort);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    process.stderr.write(`PGPORT is ${process.env['PGPORT']}, but it has to be a port, a number from 1 to 65535.\n`);
    return 1;
  }
  const session = await openSqlSession({ port, database: process.env['PGDATABASE'] || 'postgres' });
  if ('problem' in session) {
    process.stderr.write(session.problem);
    return 1;
  }
  try {
    return texts.length === 0 ? await runSqlPrompt(session) : await runTexts(session, texts);
  } finally {
    await session.end();
  }
}

/** Stops at the first error: what follows usually builds on what failed. */
async function runTexts(session: SqlSession, texts: readonly string[]): Promise<number> {
  for (const text of texts) {
    const { statements, rest } = splitSqlStatements(text);
    for (const statement of rest === '' ? statements : [...statements, rest]) {
      const outcome = await session.run(statement);
      if (outcome !== 'done') {
        return 1;
      }
    }
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
