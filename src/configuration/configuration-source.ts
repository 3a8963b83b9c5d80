import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import {
  type ConfigurationFile,
  type ConfigurationProblem,
  maxConfigurationBytes,
  tooLarge,
} from './parse-configuration.ts';

export type ReadConfiguration =
  /** `sha256` in hexadecimal, over the names and the texts. */
  | { readonly kind: 'read'; readonly files: readonly ConfigurationFile[]; readonly sha256: string }
  /** The path itself does not exist. */
  | { readonly kind: 'absent'; readonly path: string }
  | { readonly kind: 'unreadable'; readonly problems: readonly ConfigurationProblem[] };

/**
 * ⚡ Reads the files of a configuration: one file, or those of a folder that end in .yaml, .yml or .json, in byte order
 * of their names, neither hidden ones nor sub-folders. Synchronous, because nothing can begin before it is done and the
 * files are small; never blocks on something that is no file, never reads more than a file may hold.
 */
export function readConfigurationFiles(path: string): ReadConfiguration {
  const status = attempt(() => statSync(path));
  if (status.kind === 'failed') return explainMissing(path, status.code);
  return status.value.isDirectory() ? readFolder(path) : finish([readOne(path)]);
}

type Attempt<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly code: string };
type FileRead =
  | { readonly kind: 'text'; readonly file: ConfigurationFile }
  | { readonly kind: 'vanished'; readonly problem: ConfigurationProblem }
  | { readonly kind: 'problem'; readonly problem: ConfigurationProblem };

// A link that leads nowhere is not the same as nothing: the latter means that nobody wants to configure anything.
function explainMissing(path: string, code: string): ReadConfiguration {
  const isAbsent = code === 'ENOENT' && attempt(() => lstatSync(path)).kind === 'failed';
  return isAbsent ? { kind: 'absent', path } : { kind: 'unreadable', problems: [explainCode(path, code)] };
}

const maxAttempts = 5;

// Kubernetes changes a ConfigMap by pointing the link `..data` to another folder: a name that was listed may be gone
// when it is opened, and two files may come from different generations. In both cases the whole folder is read anew.
function readFolder(folder: string): ReadConfiguration {
  for (let attemptsLeft = maxAttempts - 1; ; attemptsLeft -= 1) {
    const before = generationOf(folder);
    const names = attempt(() => readdirSync(folder));
    if (names.kind === 'failed') return explainMissing(folder, names.code);
    const files = names.value
      .filter((name) => /^[^.].*\.(yaml|yml|json)$/s.test(name))
      .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map((name) => readOne(join(folder, name)));
    const isConsistent = generationOf(folder) === before && !files.some(({ kind }) => kind === 'vanished');
    if (isConsistent || attemptsLeft === 0) return finish(files);
  }
}

function generationOf(folder: string): string {
  const link = attempt(() => readlinkSync(join(folder, '..data')));
  return link.kind === 'done' ? link.value : '';
}

function finish(read: readonly FileRead[]): ReadConfiguration {
  const problems = read.flatMap((one) => (one.kind === 'text' ? [] : [one.problem]));
  if (problems.length > 0) return { kind: 'unreadable', problems };
  const files = read.flatMap((one) => (one.kind === 'text' ? [one.file] : []));
  const content = JSON.stringify(files.map(({ path, text }) => [basename(path), text]));
  return { kind: 'read', files, sha256: createHash('sha256').update(content).digest('hex') };
}

function readOne(path: string): FileRead {
  // Looked at before it is opened: opening a device can have effects, and so can opening a pipe.
  const status = attempt(() => statSync(path));
  if (status.kind === 'failed') return failed(path, status.code);
  if (!status.value.isFile()) return { kind: 'problem', problem: notAFile(path, status.value) };
  const opened = attempt(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY));
  if (opened.kind === 'failed') return failed(path, opened.code);
  try {
    const bytes = attempt(() => readBounded(opened.value));
    return bytes.kind === 'failed' ? failed(path, bytes.code) : decode(path, bytes.value);
  } finally {
    closeSync(opened.value);
  }
}

// One byte more than allowed, if there is one. The size alone is not to be trusted: the file may be growing.
function readBounded(descriptor: number): { readonly bytes: Buffer; readonly size: number } {
  const { size } = fstatSync(descriptor);
  if (size > maxConfigurationBytes) return { bytes: Buffer.alloc(0), size };
  const buffer = Buffer.allocUnsafe(maxConfigurationBytes + 1);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, null);
    length += count;
    if (count === 0 || length === buffer.length) break;
  }
  return { bytes: Buffer.from(buffer.subarray(0, length)), size: length };
}

function decode(path: string, { bytes, size }: { readonly bytes: Buffer; readonly size: number }): FileRead {
  if (size > maxConfigurationBytes) return { kind: 'problem', problem: tooLarge(path, size) };
  try {
    return { kind: 'text', file: { path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) } };
  } catch {
    return { kind: 'problem', problem: wholeFile(path, 'bytes that are not UTF-8', 'a text in UTF-8', 'convert it') };
  }
}

function failed(path: string, code: string): FileRead {
  return { kind: code === 'ENOENT' ? 'vanished' : 'problem', problem: explainCode(path, code) };
}

function explainCode(path: string, code: string): ConfigurationProblem {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return wholeFile(path, 'no permission to read it', 'a readable file', 'let the user of this process read it');
    case 'ENOENT':
      return wholeFile(path, 'a link to something that does not exist', 'a file', 'correct or remove the link');
    case 'ELOOP':
      return wholeFile(path, 'links that lead in a circle', 'a file', 'correct or remove the link');
    case 'ENOTDIR':
      return wholeFile(path, 'a file where the path goes on', 'a folder', 'correct the path');
    default:
      return wholeFile(path, `the error ${code} while reading it`, 'a readable file', 'look at the disk or the mount');
  }
}

function notAFile(path: string, status: Stats): ConfigurationProblem {
  const kind = status.isDirectory()
    ? 'a folder'
    : status.isFIFO()
      ? 'a named pipe'
      : status.isSocket()
        ? 'a socket'
        : 'a device';
  return wholeFile(path, kind, 'a file', 'take it away or give it another name');
}

function wholeFile(file: string, found: string, expected: string, message: string): ConfigurationProblem {
  return { file, line: 0, column: 0, path: '', found, expected, message };
}

// An error of the file system is an answer; any other is a mistake of ours and goes on.
function attempt<T>(action: () => T): Attempt<T> {
  try {
    return { kind: 'done', value: action() };
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'syscall' in error)
      return { kind: 'failed', code: String(error.code) };
    throw error;
  }
}
