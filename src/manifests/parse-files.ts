import { readDocuments, type SourceDocument } from '../documents/source-document.ts';
import type { ReadFile } from './read-files.ts';

/** A place where a file cannot be read or understood. */
export interface UnreadablePlace {
  readonly file: string;
  /** From 1; 0 where the whole file is meant. */
  readonly line: number;
  readonly why: string;
}

export interface ParsedFiles {
  readonly documents: readonly SourceDocument[];
  readonly unreadable: readonly UnreadablePlace[];
}

/** Larger than for the configuration of an instance: it is read once, on somebody's desk. */
const maxPieces = 1_000_000;

/** The documents of files, empty ones left out, and what is not YAML or JSON. */
export function parseFiles(files: readonly ReadFile[]): ParsedFiles {
  const parsed = files.map((file): ParsedFiles => {
    if (file.kind === 'unreadable') return { documents: [], unreadable: [{ file: file.file, line: 0, why: file.why }] };
    const read = readDocuments(file.file, file.text, { most: maxPieces, dialect: 'kubernetes' });
    return {
      documents: read.flatMap(({ document }) => (document === undefined || document.value === null ? [] : [document])),
      unreadable: read.flatMap(({ complaints }) =>
        complaints.map(({ found, expected, message, position }) => ({
          ...{ file: file.file, line: position.line },
          why: `found ${found}, expected ${expected}; ${message}`,
        })),
      ),
    };
  });
  return {
    documents: parsed.flatMap(({ documents }) => documents),
    unreadable: parsed.flatMap(({ unreadable }) => unreadable),
  };
}
