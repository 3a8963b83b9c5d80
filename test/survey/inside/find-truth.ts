import { readdirSync, readFileSync } from 'node:fs';
import type { Entry, Outcome, Truth } from '../survey-types.ts';
import { psql, startServer, stopServer } from './server.ts';

/** What of an image PostgreSQL creates and loads, found without any of the code that is to be surveyed. */
export function findTruth(image: string, entries: readonly Entry[]): Truth {
  const startFailure = startServer(entries, []);
  const nothing = { outcomes: [], modules: {}, updatesFrom: {} };
  if (startFailure !== undefined) return { ...nothing, startFailure };
  try {
    const own = subjectsOf(image, entries);
    const first = own.map(attempt);
    const modules = loadedModules(own);
    const updatesFrom = updatePaths(own);
    const preload = librariesToPreload(first, image, entries);
    const again = preload.length === 0 ? first : first.map((outcome) => withPreload(outcome, entries, preload, own));
    return { outcomes: again, modules, updatesFrom };
  } finally {
    stopServer();
  }
}

interface Subject {
  readonly what: string;
  readonly kind: 'extension' | 'module';
  readonly name: string;
  /** Of the control file, or the module. */
  readonly path: string;
}

/** All control files and all `*.so` beside them are what somebody expects to work, wherever they are. */
function subjectsOf(image: string, entries: readonly Entry[]): readonly Subject[] {
  const root = `/extensions/${image}`;
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const extensions = files
    .filter(({ name }) => name.endsWith('.control') && !name.includes('--'))
    .map(({ name, parentPath }): Subject => {
      const extension = name.slice(0, -'.control'.length);
      return {
        what: `CREATE EXTENSION ${extension}`,
        kind: 'extension',
        name: extension,
        path: `${parentPath}/${name}`,
      };
    });
  const libraryPath = new Set(entries.flatMap((entry) => entry.libraryPath));
  const modules = files
    .filter((file) => {
      const isModule = libraryPath.has(file.parentPath) || file.parentPath.endsWith('/lib');
      return file.name.endsWith('.so') && isModule && !file.isSymbolicLink();
    })
    .map(({ name, parentPath }): Subject => {
      const module = name.slice(0, -'.so'.length);
      return { what: `LOAD '${module}'`, kind: 'module', name: module, path: `${parentPath}/${name}` };
    });
  return [...extensions, ...modules].sort((one, other) => (one.what < other.what ? -1 : 1));
}

function attempt({ what, kind, name }: Subject): Outcome {
  const error = kind === 'extension' ? create(name) : psql('postgres', what).error;
  return error === undefined ? { what } : { what, error };
}

/** Each in a database of its own; in `postgres` those that want that one. */
function create(name: string): string | undefined {
  const database = `of ${name}`;
  const made = psql('postgres', `CREATE DATABASE "${database}" TEMPLATE template0`);
  if (made.error !== undefined && !/already exists/.test(made.error)) return made.error;
  const statement = `CREATE EXTENSION "${name}" CASCADE`;
  const { error } = psql(database, statement);
  if (error?.includes('version to install must be specified')) return createSomeVersion(database, name);
  return error !== undefined && /database "?postgres"?|database_name/.test(error)
    ? psql('postgres', statement).error
    : error;
}

function createSomeVersion(database: string, name: string): string | undefined {
  const query = `SELECT version FROM pg_available_extension_versions WHERE name = '${name}' LIMIT 1`;
  const { output } = psql(database, query);
  if (output === '') return 'version to install must be specified, and there is none';
  return psql(database, `CREATE EXTENSION "${name}" VERSION '${output}' CASCADE`).error;
}

const wantsPreload = /preload|must be loaded|PGC_POSTMASTER variables after startup/i;

/** What asks for it, and what belongs to an extension that asks for it. */
function librariesToPreload(outcomes: readonly Outcome[], image: string, entries: readonly Entry[]): readonly string[] {
  if (!outcomes.some(({ error }) => error !== undefined && wantsPreload.test(error))) return [];
  const named = outcomes.flatMap(({ error }) => error ?? []).join('\n');
  const others = entries.filter(({ name }) => name !== image).flatMap(({ name }) => subjectsOf(name, entries));
  const all = [...others, ...subjectsOf(image, entries)].filter(({ kind }) => kind === 'module');
  const asking = all.filter((subject) => {
    const error = outcomes.find(({ what }) => what === subject.what)?.error ?? attempt(subject).error;
    return (error !== undefined && wantsPreload.test(error)) || named.includes(subject.name);
  });
  const ofControl = subjectsOf(image, entries)
    .filter(({ kind, what }) => kind === 'extension' && outcomes.some((one) => one.what === what && one.error))
    .flatMap(({ path }) => /^\s*module_pathname\s*=\s*'(?:.*\/)?([^'/]+)'/m.exec(readFileSync(path, 'utf8'))?.[1] ?? [])
    .filter((name) => all.some((module) => module.name === name));
  return [...new Set([...asking.map(({ name }) => name), ...ofControl])];
}

function withPreload(
  outcome: Outcome,
  entries: readonly Entry[],
  preload: readonly string[],
  own: readonly Subject[],
): Outcome {
  const subject = own.find(({ what }) => what === outcome.what);
  if (outcome.error === undefined || subject === undefined) return outcome;
  const failure = startServer(entries, preload);
  if (failure !== undefined) return { ...outcome, error: `${outcome.error}\npreloaded: ${failure}` };
  const second = attempt(subject);
  return second.error === undefined ? { what: outcome.what, preloaded: preload } : second;
}

function loadedModules(own: readonly Subject[]): Truth['modules'] {
  const found: Record<string, readonly [string | null, string | null]> = {};
  for (const { kind, what, path } of own) {
    if (kind !== 'module') continue;
    const file = path.slice(path.lastIndexOf('/') + 1);
    const query = `SELECT json_agg(m) FROM pg_get_loaded_modules() AS m WHERE file_name = '${file}'`;
    const { output, error } = psql('postgres', what, query);
    const [row] = error === undefined && output !== '' ? (JSON.parse(output) as Loaded[]) : [];
    if (row !== undefined) found[path] = [row.module_name, row.version];
  }
  return found;
}

interface Loaded {
  readonly module_name: string | null;
  readonly version: string | null;
}

function updatePaths(own: readonly Subject[]): Truth['updatesFrom'] {
  const found: Record<string, readonly string[]> = {};
  for (const { kind, name } of own) {
    if (kind !== 'extension') continue;
    const query = `SELECT coalesce(json_agg(source ORDER BY source COLLATE "C"), '[]') FROM pg_extension_update_paths('${name}')
      WHERE path IS NOT NULL AND target = (SELECT default_version FROM pg_available_extensions WHERE name = '${name}')`;
    const { output, error } = psql('postgres', query);
    if (error === undefined) found[name] = JSON.parse(output) as string[];
  }
  return found;
}
