import { execa } from 'execa';
import { sha256Parameter } from './render-settings.ts';

export interface SettingsCandidate {
  readonly postgres: string;
  readonly dataDirectory: string;
  /** Options as the postmaster will get them, without config_file. */
  readonly serverOptions: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const timeoutMs = 10_000;

/**
 * Lets PostgreSQL itself read a file, as it would at its start, without starting; works while a server runs.
 * Gives the reason why it refuses, or undefined. https://www.postgresql.org/docs/18/app-postgres.html
 */
export async function refusalOfSettings(candidate: SettingsCandidate, file: string): Promise<string | undefined> {
  const result = await execa(
    candidate.postgres,
    ['-D', candidate.dataDirectory, ...candidate.serverOptions, '-c', `config_file=${file}`, '-C', sha256Parameter],
    {
      cwd: '/',
      env: { ...candidate.environment },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: timeoutMs,
    },
  );
  if (result.exitCode === 0) return undefined;
  return explain(result.stderr, file) || result.shortMessage || 'PostgreSQL gave no reason';
}

/** The lines that say what is wrong; the last one only says that something is. */
function explain(stderr: string, file: string): string {
  return stderr
    .split('\n')
    .map((line) => line.replace(/^.*?(?:LOG|FATAL|HINT|DETAIL): {2}/, '').replaceAll(file, 'the generated settings'))
    .filter((line) => line.trim() !== '' && !line.endsWith('contains errors'))
    .join('; ');
}
