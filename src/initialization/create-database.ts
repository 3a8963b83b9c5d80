import { Readable } from 'node:stream';
import { quoteIdentifier } from '../lib/quote-identifier.ts';
import { type ProgramEnd, runProgram } from './run-program.ts';

export interface DatabaseCreation {
  readonly postgres: string;
  readonly dataDirectory: string;
  readonly database: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What initdb makes itself. */
const always: ReadonlySet<string> = new Set(['postgres', 'template0', 'template1']);

/** For a server that nobody can reach, and that is there for one statement. */
const quietly = ['exit_on_error=on', 'listen_addresses=', 'shared_preload_libraries=', 'log_checkpoints=off'];
/** An error is to be the last line, without the statement after it. */
const errorsAlone = ['log_min_error_statement=panic'];

/**
 * The first database, made without a second server: https://www.postgresql.org/docs/18/app-postgres.html (single-user
 * mode). With -j a statement ends where a semicolon and two line breaks stand.
 */
export async function createDatabase(
  { postgres, dataDirectory, database, environment }: DatabaseCreation,
  line: (line: string) => void,
  stop: AbortSignal,
): Promise<ProgramEnd> {
  if (always.has(database)) return { kind: 'done' };
  const options = [...quietly, ...errorsAlone].flatMap((option) => ['-c', option]);
  return runProgram(
    {
      file: postgres,
      args: ['--single', '-j', '-D', dataDirectory, ...options, 'template1'],
      environment,
      input: Readable.from([`CREATE DATABASE ${quoteIdentifier(database)};\n\n`]),
    },
    (text) => {
      // It greets and prompts as if a person were there.
      const said = text.replace(/^(backend> )+/, '');
      if (said.trim() !== '' && !said.startsWith('PostgreSQL stand-alone backend')) line(said);
    },
    stop,
  );
}
