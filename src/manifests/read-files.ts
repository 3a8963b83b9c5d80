import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file of manifests as it was found, or why it was not. */
export type ReadFile =
  | { readonly kind: 'text'; readonly file: string; readonly text: string }
  | { readonly kind: 'unreadable'; readonly file: string; readonly why: string };

/** The largest file, in bytes: a year of catalogs has one megabyte. */
const maxBytes = 16 * 1024 * 1024;

/**
 * ⚡ Reads what `kubectl -f` would: files whatever their names, of folders those that end in .yaml, .yml or .json in the order of
 * their names, and `-` for the standard input, which is not read otherwise.
 */
export async function readFiles(
  names: readonly string[],
  recursive: boolean,
  readInput: () => Promise<Buffer>,
): Promise<readonly ReadFile[]> {
  const input = names.includes('-') ? await readInput() : Buffer.alloc(0);
  return names.flatMap((name) => (name === '-' ? [decode('stdin', input)] : readNamed(name, recursive)));
}

function readNamed(name: string, recursive: boolean): readonly ReadFile[] {
  const folder = attempt(name, () =>
    statSync(name).isDirectory() ? readdirSync(name, { withFileTypes: true }) : undefined,
  );
  if (folder.kind === 'failed') return [folder.unreadable];
  if (folder.value === undefined) return [readOne(name)];
  const entries = folder.value.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const read = entries.flatMap((entry): readonly ReadFile[] => {
    const path = join(name, entry.name);
    if (entry.isDirectory()) return recursive ? readNamed(path, recursive) : [];
    return /\.(ya?ml|json)$/.test(entry.name) ? [readOne(path)] : [];
  });
  if (read.length > 0 || recursive) return read;
  return [{ kind: 'unreadable', file: name, why: 'no file in this folder ends in .yaml, .yml or .json' }];
}

function readOne(file: string): ReadFile {
  const read = attempt(file, () => readFileSync(file));
  return read.kind === 'failed' ? read.unreadable : decode(file, read.value);
}

function decode(file: string, bytes: Buffer): ReadFile {
  if (bytes.length > maxBytes) {
    return { kind: 'unreadable', file, why: `it is larger than ${maxBytes / 1024 / 1024} MiB; split it` };
  }
  try {
    return { kind: 'text', file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'unreadable', file, why: 'it has bytes that are not UTF-8; convert it' };
  }
}

type Attempt<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly unreadable: ReadFile };

// An error of the file system is an answer; any other is a mistake of ours and goes on.
function attempt<T>(file: string, action: () => T): Attempt<T> {
  try {
    return { kind: 'done', value: action() };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    const code = String(error.code);
    return {
      kind: 'failed',
      unreadable: { kind: 'unreadable', file, why: reasons[code] ?? `reading it failed with ${code}` },
    };
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is nothing of this name',
  EACCES: 'there is no permission to read it',
  ELOOP: 'its links lead in a circle',
  ENOTDIR: 'a part of its path is a file',
};
