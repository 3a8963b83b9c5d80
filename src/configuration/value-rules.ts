import type { Refusal } from '../documents/complaint.ts';
import { looksSecret } from '../lib/looks-secret.ts';
import { whyReserved } from './environment-names.ts';
import { hasControlCharacter } from './image-path.ts';
import { imageRootPlaceholder, unknownPlaceholders } from './placeholders.ts';

/** The name of an extension entry: what a Kubernetes volume `ext-<name>` may be called, and underscores. */
export function refuseExtensionName(name: string): Refusal | undefined {
  if (name === '') return { expected: nameExpectation, message: 'value cannot be empty' };
  if (name.length > 59) {
    return { found: `a text of ${name.length} characters`, expected: nameExpectation, message: 'shorten the name' };
  }
  if (/^[a-z0-9]([-a-z0-9_]*[a-z0-9])?$/.test(name)) return undefined;
  return { expected: nameExpectation, message: 'it names the folder the image is mounted at' };
}

/** The name of an environment variable that an extension brings along. */
export function refuseEnvironmentName(name: string): Refusal | undefined {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
    return {
      expected: 'letters, digits and underscores, not beginning with a digit',
      message: name === '' ? 'value cannot be empty' : 'rename the environment variable',
    };
  }
  const reason = whyReserved(name);
  return reason === undefined ? undefined : { expected: 'a name that an extension may set', message: reason };
}

/** The value of an environment variable; the name decides whether its text may be shown. */
export function refuseEnvironmentValue(value: string, name: unknown): Refusal | undefined {
  if (value === '') return { found: '""', expected: 'a text', message: 'value cannot be empty' };
  if (value.includes('\0')) {
    return {
      found: 'a text with a NUL character',
      expected: 'a text without one',
      message: 'take the NUL character out',
    };
  }
  const unknown = unknownPlaceholders(value);
  if (unknown.length === 0) return undefined;
  const shown = typeof name === 'string' && looksSecret(name) ? '(hidden)' : listPlaceholders(unknown);
  return {
    found: unknown.length === 1 ? 'an unknown placeholder' : `${unknown.length} unknown placeholders`,
    expected: `only ${imageRootPlaceholder}, or $$ in front of a brace that is meant literally`,
    message: `unsupported placeholder(s): ${shown}; supported: ${imageRootPlaceholder}`,
  };
}

/** An entry of shared_preload_libraries: https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-SHARED-PRELOAD-LIBRARIES */
export function refuseLibrary(library: string): Refusal | undefined {
  const expected = 'a library such as pgaudit, $libdir/pgaudit or an absolute path';
  if (library === '') return { expected, message: 'value cannot be empty' };
  if (/[,'"\s]/.test(library) || hasControlCharacter(library)) {
    return { expected, message: 'blanks, commas and quotes separate libraries; write each one as an item of its own' };
  }
  const isPath = library.includes('/');
  if ((isPath && !/^(\/|\$libdir\/)[^/]/.test(library)) || library.endsWith('/') || library === '$libdir') {
    return { expected, message: 'PostgreSQL does not find a library by a relative path' };
  }
  return undefined;
}

/** The name of a parameter, in any case: https://www.postgresql.org/docs/18/config-setting.html */
export function refuseParameterName(name: string): Refusal | undefined {
  if (!/^[a-z_][a-z0-9_$]*(\.[a-z_][a-z0-9_$]*)?$/i.test(name)) {
    return {
      expected: 'the name of a parameter',
      message:
        'must be a valid PostgreSQL configuration parameter name (a GUC name, optionally namespaced with a single dot)',
    };
  }
  const lower = name.toLowerCase();
  const reason = lower.startsWith('pg_instance_manager.')
    ? 'the instance manager keeps its own settings under this name; remove it'
    : refusedParameters.get(lower);
  return reason === undefined ? undefined : { expected: 'a parameter that may be configured here', message: reason };
}

/** The value of a parameter. Its text is never shown: a connection string holds a password. */
export function refuseParameterValue(value: unknown): Refusal | undefined {
  const expected = 'a text, a number, true or false';
  if (typeof value === 'string') {
    if (!value.includes('\0')) return undefined;
    return {
      found: 'a text with a NUL character',
      expected: 'a text without one',
      message: 'take the NUL character out',
    };
  }
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return undefined;
    return { found: 'no finite number', expected, message: 'write a number or a text in quotes' };
  }
  if (Array.isArray(value)) return { expected, message: 'write a list as PostgreSQL does, in one text: "a, b"' };
  if (value === null) return { expected, message: 'write "" for an empty value, or remove the line' };
  return { expected, message: 'a parameter with a dot in its name is one key: pgaudit.log: ddl' };
}

const nameExpectation =
  '1 to 59 lower-case letters, digits, hyphens and underscores, with a letter or digit at both ends';

const refusedParameters: ReadonlyMap<string, string> = new Map([
  ['config_file', 'the instance manager starts PostgreSQL with a configuration file of its own; remove it'],
  ['data_directory', 'the data directory is set by --pgdata; remove it'],
  ...['include', 'include_dir', 'include_if_exists'].map((name): [string, string] => [
    name,
    'this is a directive of postgresql.conf, not a parameter; remove it',
  ]),
]);

function listPlaceholders(placeholders: readonly string[]): string {
  const text = placeholders.slice(0, 10).join(', ');
  return text.length > 200 || placeholders.length > 10 ? `${text.slice(0, 200)}…` : text;
}
