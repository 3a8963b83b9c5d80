import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** An `import … from` or `import(…)` of a source file. */
export interface SourceImport {
  /** A package (`pg`), a module of Node (`node:fs`), or one of ours, relative to src (`lib/clock.ts`). */
  readonly from: string;
  /** Nothing of a type-only import is left at run time; a dynamic one is loaded when it is come to. */
  readonly kind: 'static' | 'type' | 'dynamic';
}

export interface SourceFile {
  /** Relative to src: `postmaster/shutdown-mode.ts`. */
  readonly path: string;
  /** The first folder of the path; `main.ts` is its own. */
  readonly folder: string;
  readonly lines: number;
  /** The text without its comments. */
  readonly code: string;
  readonly imports: readonly SourceImport[];
}

const root = new URL('../../src/', import.meta.url);

/** The TypeScript of src, but for the folders `except`. */
export function sourceFiles(except: readonly string[]): readonly SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !except.includes(folderOf(path)))
    .sort()
    .map(readSourceFile);
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(new URL(path, root), 'utf8');
  const code = withoutComments(text);
  return { path, folder: folderOf(path), lines: text.split('\n').length - 1, code, imports: importsOf(path, code) };
}

function folderOf(path: string): string {
  return path.split('/')[0] ?? path;
}

/** Good enough for a formatted source, in which `//` in a text or pattern has no blank before it. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

const statement = /^(?:import|export)\s+(type\s)?[^;]*?\bfrom\s+'([^']+)'/gm;
const dynamicImport = /\bimport\('([^']+)'\)/g;

function importsOf(path: string, code: string): readonly SourceImport[] {
  const resolve = (from: string): string => (from.startsWith('.') ? posix.join(posix.dirname(path), from) : from);
  return [
    ...[...code.matchAll(statement)].map(([, type, from = '']) => ({
      from: resolve(from),
      kind: type === undefined ? ('static' as const) : ('type' as const),
    })),
    ...[...code.matchAll(dynamicImport)].map(([, from = '']) => ({ from: resolve(from), kind: 'dynamic' as const })),
  ];
}
