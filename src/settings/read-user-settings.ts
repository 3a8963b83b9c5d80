import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileErrorOf, readLimitedFile } from '../lib/read-limited-file.ts';
import { type IncludeDirective, parseGucFile } from './guc-file.ts';

export interface UserSetting {
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

/**
 * Keys are the names as they were asked for, or in lower case. Of a file with errors it is the lines without. `problems` are
 * sentences; PostgreSQL refuses to start with most of them.
 */
export interface UserSettings {
  readonly settings: ReadonlyMap<string, UserSetting>;
  /** What ALTER SYSTEM wrote (postgresql.auto.conf): it wins over every file, also over a generated one. */
  readonly alterSystem: ReadonlyMap<string, UserSetting>;
  readonly problems: readonly string[];
  /** The text of lines with errors, and the directives of files and folders that could not be read. */
  readonly lost: readonly string[];
}

export interface ReadUserSettingsOptions {
  readonly configFile: string;
  readonly dataDirectory: string;
  readonly names: readonly string[] | 'all';
}

// The server allows a file to be included ten levels below the first one. It bounds depth only; the number of files
// is bounded here because eleven files that each include the next one ten times are 10^10 files to read.
const maxDepth = 10;
const maxFiles = 1000;
const maxFileBytes = 4 * 1024 * 1024;

/**
 * What the user's own files say about a few parameters: includes are followed and the last mention wins, as in the
 * server. https://www.postgresql.org/docs/18/config-setting.html#CONFIG-INCLUDES
 */
export function readUserSettings(options: ReadUserSettingsOptions): UserSettings {
  const problems: string[] = [];
  const lost: string[] = [];
  const asked = options.names === 'all' ? undefined : new Map(options.names.map((name) => [name.toLowerCase(), name]));
  const keyOf = (name: string): string | undefined =>
    asked === undefined ? name.toLowerCase() : asked.get(name.toLowerCase());
  const read = (file: string, required: boolean): ReadonlyMap<string, UserSetting> => {
    const reading: Reading = { keyOf, found: new Map(), problems, lost, chain: [], files: { count: 0 } };
    readFile(reading, file, required);
    return reading.found;
  };
  return {
    settings: read(resolve(options.configFile), true),
    alterSystem: read(join(resolve(options.dataDirectory), 'postgresql.auto.conf'), false),
    problems,
    lost,
  };
}

interface Reading {
  /** Undefined: nobody has asked for it. */
  readonly keyOf: (name: string) => string | undefined;
  readonly found: Map<string, UserSetting>;
  readonly problems: string[];
  readonly lost: string[];
  /** The files that are being read, outermost first. */
  readonly chain: readonly string[];
  readonly files: { count: number };
}

function readFile(reading: Reading, file: string, required: boolean): void {
  reading.files.count += 1;
  if (reading.files.count > maxFiles + 1) return;
  const lose = (problem: string): void => {
    reading.problems.push(problem);
    reading.lost.push(`include ${file}`);
  };
  const problem = inclusionProblem(reading, file);
  if (problem !== undefined) return lose(problem);
  const content = readLimitedFile(file, maxFileBytes);
  if (content.kind === 'unreadable') {
    // As in the server, include_if_exists forgives any reason for which a file does not open, but not one that opens
    // and cannot be read.
    const opens = content.code === undefined || content.code === 'EISDIR';
    if (required || opens) lose(`The settings file ${file} could not be read: ${content.cause}.`);
    return;
  }
  const parsed = parseGucFile(content.text);
  if (parsed.kind === 'syntax-error') {
    reading.problems.push(`The settings file ${file} has a syntax error in line ${parsed.line}, near ${parsed.near}.`);
    reading.lost.push(...parsed.rest.lost);
  }
  const { entries } = parsed.kind === 'parsed' ? parsed : parsed.rest;
  const inner: Reading = { ...reading, chain: [...reading.chain, file] };
  for (const entry of entries) {
    if (entry.kind === 'include') {
      include(inner, entry.directive, entry.path, `${file}, line ${entry.line}`);
      continue;
    }
    const name = reading.keyOf(entry.name);
    if (name !== undefined) reading.found.set(name, { value: entry.value, file, line: entry.line });
  }
}

function inclusionProblem(reading: Reading, file: string): string | undefined {
  if (reading.chain.includes(file)) return `The settings file ${file} includes itself (${reading.chain.join(' → ')}).`;
  if (reading.chain.length > maxDepth) {
    return `The settings file ${file} is not read: it is included more than ${maxDepth} levels deep.`;
  }
  if (reading.files.count <= maxFiles) return undefined;
  return `The settings file ${file} is not read: more than ${maxFiles} files are included.`;
}

function include(reading: Reading, directive: IncludeDirective, path: string, where: string): void {
  if (/^[ \t\r\n]*$/.test(path)) {
    reading.problems.push(`The directive ${directive} in ${where} names no file.`);
    return;
  }
  const absolute = resolve(dirname(reading.chain.at(-1) ?? '/'), path);
  if (directive === 'include_dir') readFolder(reading, absolute);
  else readFile(reading, absolute, directive === 'include');
}

function readFolder(reading: Reading, folder: string): void {
  let files: readonly string[];
  try {
    files = configurationFilesIn(folder);
  } catch (error) {
    reading.problems.push(`The settings folder ${folder} could not be read: ${fileErrorOf(error).cause}.`);
    reading.lost.push(`include_dir ${folder}`);
    return;
  }
  for (const file of files) readFile(reading, file, true);
}

function configurationFilesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.conf') && !entry.name.startsWith('.'))
    .filter((entry) => !(entry.isSymbolicLink() ? statSync(join(folder, entry.name)) : entry).isDirectory())
    .map((entry) => join(folder, entry.name))
    .sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
