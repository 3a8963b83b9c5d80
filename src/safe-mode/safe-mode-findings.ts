import type { Finding } from '../lib/finding.ts';
import { describePart, type Exclusion, type Part } from './part.ts';

/** One finding for each thing that PostgreSQL runs without, with what it said of it. */
export function safeModeFindings(exclusions: readonly Exclusion[], why: string): readonly Finding[] {
  return exclusions.map((exclusion) => ({
    severity: 'error',
    reason: 'SafeMode',
    subject: subjectOf(exclusion.part),
    message: `PostgreSQL did not start with ${describePart(exclusion.part)} (${why}), so it runs ${insteadOf(exclusion)}. Correct it; "pg-instance-manager restart" tries again as it is.`,
  }));
}

function subjectOf(part: Part): string {
  switch (part.kind) {
    case 'parameter':
      return `parameter/${part.name}`;
    case 'library':
      return `library/${part.name}`;
    case 'image':
      return `extension/${part.name}`;
    case 'file':
    case 'lines':
      return 'postgres';
  }
}

function insteadOf({ part, instead }: Exclusion): string {
  if (part.kind === 'file') return 'with the values that were in it when it last started';
  if (part.kind === 'parameter' && instead !== undefined) return 'with the value with which it last started';
  return 'without it';
}
