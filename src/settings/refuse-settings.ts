import { execa } from 'execa';
import { hideSecrets } from '../lib/hide-secrets.ts';
import { sha256Parameter } from './render-settings.ts';

export interface SettingsCandidate {
  readonly postgres: string;
  readonly dataDirectory: string;
  /** Options as the postmaster will get them, without config_file. */
  readonly serverOptions: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

type Executable = Pick<SettingsCandidate, 'postgres' | 'environment'>;

const timeoutMs = 10_000;

/**
 * Lets PostgreSQL itself read a file, as it would at its start, without starting; works while a server runs.
 * Gives the reason why it refuses, or undefined. https://www.postgresql.org/docs/18/app-postgres.html
 */
export function refusalOfSettings(candidate: SettingsCandidate, file: string): Promise<string | undefined> {
  return refusal(candidate, file, sha256Parameter);
}

/**
 * The same, with the preloaded libraries loaded: this parameter follows from what they ask for. Only while no server runs,
 * whose lock it would need. https://www.postgresql.org/docs/18/runtime-config-preset.html#GUC-SHARED-MEMORY-SIZE
 */
export function refusalOfStart(candidate: SettingsCandidate, file: string): Promise<string | undefined> {
  return refusal(candidate, file, 'shared_memory_size');
}

async function refusal(candidate: SettingsCandidate, file: string, parameter: string): Promise<string | undefined> {
  const { dataDirectory, serverOptions } = candidate;
  const args = ['-D', dataDirectory, ...serverOptions, '-c', `config_file=${file}`, '-C', parameter];
  const result = await askPostgres(candidate, args);
  if (result.exitCode === 0) return undefined;
  if (result.timedOut) return `PostgreSQL took longer than ${timeoutMs / 1000} s to read them`;
  // Not execa's own words: they repeat the command line, and with it the values of options.
  return explain(result.stderr, file) || 'PostgreSQL gave no reason';
}

/**
 * The values that parameters have when nobody sets them, as the command line takes them.
 * https://www.postgresql.org/docs/18/app-postgres.html: "--describe-config", one line each, separated by tabs
 */
export async function observeDefaults(executable: Executable): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await askPostgres(executable, ['--describe-config']);
  const rows = stdout.split('\n').map((line) => line.split('\t'));
  return new Map(
    rows.flatMap(([name, , , , value]) => (name && value !== undefined ? [[name.toLowerCase(), value]] : [])),
  );
}

/** PostgreSQL's executable, for what it answers without starting. */
function askPostgres({ postgres, environment }: Executable, args: readonly string[]) {
  return execa(postgres, args, {
    cwd: '/',
    env: { ...environment },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: timeoutMs,
  });
}

/** The lines that say what is wrong; the last one only says that something is. */
function explain(stderr: string, file: string): string {
  return stderr
    .split('\n')
    .map((line) => line.replace(/^.*?(?:LOG|FATAL|HINT|DETAIL): {2}/, '').replaceAll(file, 'the generated settings'))
    .map(withoutValue)
    .filter((line) => line.trim() !== '' && !line.endsWith('contains errors'))
    .join('; ');
}

/** The values of parameters are shown nowhere: a password can be in the wrong line. */
function withoutValue(line: string): string {
  return hideSecrets(line.replace(/((?:invalid value for parameter|parameter) "[^"]*": ).*/, '$1…'));
}
