import type { ConfigurationFile } from './parse-configuration.ts';

/** The files of a configuration that was in force. */
export interface RememberedFiles {
  readonly sha256: string;
  readonly files: readonly ConfigurationFile[];
}

/**
 * As one text, kept while the container lives: a manager that has to take on a running PostgreSQL while the configuration
 * on disk is wrong goes on with it.
 */
export function renderRememberedFiles({ sha256, files }: RememberedFiles): string {
  return `${JSON.stringify({ sha256, files: files.map(({ path, text }) => ({ path, text })) })}\n`;
}

/** Undefined: not a text of ours. */
export function parseRememberedFiles(text: string): RememberedFiles | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || !('sha256' in value) || !('files' in value)) return undefined;
  const { sha256, files } = value;
  if (typeof sha256 !== 'string' || !Array.isArray(files)) return undefined;
  const understood = files.flatMap(asFile);
  return understood.length === files.length ? { sha256, files: understood } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asFile(value: unknown): readonly ConfigurationFile[] {
  if (typeof value !== 'object' || value === null || !('path' in value) || !('text' in value)) return [];
  const { path, text } = value;
  return typeof path === 'string' && typeof text === 'string' ? [{ path, text }] : [];
}
