import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporary-folder.ts';

/** `static` is what is shipped, `sanitized` finds wrong memory and undefined behaviour, `plain` is for valgrind. */
export type LauncherBuild = 'static' | 'sanitized' | 'plain';

export interface PayloadOptions {
  readonly build: LauncherBuild;
  /** `lib/node`: another executable instead of the real one. `undefined`: none. */
  readonly node?: { readonly file: string } | { readonly script: string } | undefined;
  /** `lib/pg-instance-manager.cjs`: other JavaScript instead of the program in `dist/`. */
  readonly program?: string;
}

export interface Payload {
  readonly folder: string;
  /** `bin/pg-instance-manager` in it. */
  readonly launcher: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

const flags: Readonly<Record<LauncherBuild, readonly string[]>> = {
  static: ['-static', '-O2'],
  sanitized: ['-fsanitize=address,undefined', '-fno-sanitize-recover=all', '-g'],
  plain: ['-O1', '-g'],
};
const warnings = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wshadow', '-Werror'];

/** Lays `/opt/pg-instance-manager` out in a temporary folder that everybody may enter. */
export function layOutPayload(options: PayloadOptions): Payload {
  const folder = temporaryFolder('payload');
  chmodSync(folder, 0o755);
  for (const name of ['bin', 'lib']) mkdirSync(join(folder, name));
  const launcher = join(folder, 'bin/pg-instance-manager');
  cpSync(compiledLauncher(options.build), launcher);
  if (!('node' in options)) symlinkSync(process.execPath, join(folder, 'lib/node'));
  else if (options.node !== undefined) layOutNode(options.node, join(folder, 'lib/node'));
  if (options.program !== undefined) writeFileSync(join(folder, 'lib/pg-instance-manager.cjs'), options.program);
  else cpSync(join(root, 'dist'), join(folder, 'lib'), { recursive: true });
  return { folder, launcher };
}

function layOutNode(node: { readonly file: string } | { readonly script: string }, path: string): void {
  if ('file' in node) cpSync(node.file, path);
  else writeFileSync(path, node.script);
  chmodSync(path, 0o755);
}

const cache = new Map<LauncherBuild, string>();

function compiledLauncher(build: LauncherBuild): string {
  const file = cache.get(build) ?? compile(build);
  cache.set(build, file);
  return file;
}

function compile(build: LauncherBuild): string {
  const folder = temporaryFolder('init');
  const file = join(folder, 'pg-instance-manager');
  const sources = globSync('docker/init/*.c', { cwd: root });
  execFileSync('gcc', ['-std=gnu17', ...warnings, ...flags[build], '-o', file, ...sources], { cwd: root });
  return file;
}
