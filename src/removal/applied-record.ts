import type { Finding } from '../lib/finding.ts';
import type { LimitedFile } from '../lib/read-limited-file.ts';
import { type AppliedImages, nothingApplied } from './applied-images.ts';
import { parseAppliedImages, renderAppliedImages } from './applied-images-text.ts';

/** What was applied last, and what is wrong with the file that says so. */
export interface AppliedRecord {
  readonly applied: AppliedImages;
  readonly findings: readonly Finding[];
}

/** More than that is nothing that the manager wrote. */
export const maxRecordBytes = 16 * 1024 * 1024;

/** Whatever is wrong with the file, PostgreSQL starts: then nothing is known of before, and nothing is held. */
export function appliedRecord(path: string, file: LimitedFile): AppliedRecord {
  if (file.kind === 'unreadable') {
    return file.code === 'ENOENT' ? { applied: nothingApplied, findings: [] } : unreadable(path, file.cause);
  }
  const parsed = parseAppliedImages(file.text);
  if (parsed.kind === 'unreadable') return unreadable(path, parsed.cause);
  if (parsed.dropped.length === 0) return { applied: parsed.applied, findings: [] };
  const what = `has entries that no configuration could have (${parsed.dropped.slice(0, 10).join(', ')})`;
  const message = `The file ${path}, which tells what images were in force before, ${what}; they are not held.`;
  return { applied: parsed.applied, findings: [finding(message)] };
}

/** Without a file nothing was applied; one that cannot be read is like no text that is to be in it. */
export function recordText(file: LimitedFile): string {
  if (file.kind === 'read') return file.text;
  return file.code === 'ENOENT' ? renderAppliedImages(nothingApplied) : '';
}

function unreadable(path: string, cause: string): AppliedRecord {
  const what = `The file ${path}, which tells what images were in force before, could not be read: ${cause}`;
  const effect = 'an image that left the configuration meanwhile is not held';
  const message = `${what}; ${effect}. It is written anew; look whether the databases still use such an image.`;
  return { applied: nothingApplied, findings: [finding(message)] };
}

function finding(message: string): Finding {
  return { severity: 'warning', reason: 'AppliedImagesUnreadable', subject: 'configuration', message };
}
