import type { Finding } from '../lib/finding.ts';
import { showName } from '../lib/show-name.ts';

export interface RemovalFacts {
  readonly image: string;
  readonly state: 'held' | 'gone';
  /** What needs it, a text for each database. */
  readonly inDatabases: readonly string[];
  /** What needs it besides. */
  readonly elsewhere: readonly string[];
  readonly notLookedAt: readonly { readonly database: string; readonly why: string }[];
}

const mostDatabases = 20;
const mostElsewhere = 20;
const mostUnseen = 5;

/** What is to be told of an image that left the configuration; undefined when nothing keeps it. */
export function removalFinding(facts: RemovalFacts): Finding | undefined {
  const uses = usesOf(facts);
  if (uses === '' && facts.notLookedAt.length === 0) return undefined;
  const subject = `extension/${facts.image}`;
  const left = `The image ${facts.image} left the configuration`;
  const unseen = unseenOf(facts.notLookedAt);
  if (uses === '') {
    const fate = facts.state === 'held' ? 'its paths stay' : 'it is remembered';
    const message = `${left}, and ${fate} until it is known that no database needs it; ${unseen}. It leaves by itself then; removal: force insists.`;
    return { severity: 'info', reason: 'RemovalBlocked', subject, message };
  }
  const rest = unseen === '' ? '' : ` Moreover, ${unseen}.`;
  if (facts.state === 'gone') {
    const remedy = 'Mount it again, or do what is listed; so long, whatever uses it fails.';
    const message = `${left} and its folder is gone, but it is still needed: ${uses}. ${remedy}${rest}`;
    return { severity: 'error', reason: 'LibraryMissing', subject, message };
  }
  const end = 'It leaves by itself when the last use is gone; removal: force insists.';
  const message = `${left} but is still needed, so its paths stay: ${uses}. ${end}${rest}`;
  return { severity: 'warning', reason: 'RemovalBlocked', subject, message };
}

function usesOf({ inDatabases, elsewhere }: RemovalFacts): string {
  return [
    ...shortened(inDatabases, mostDatabases, 'databases'),
    ...shortened(elsewhere, mostElsewhere, 'slots and settings'),
  ].join('; ');
}

function shortened(texts: readonly string[], most: number, what: string): readonly string[] {
  const more = texts.length - most;
  return more > 0 ? [...texts.slice(0, most), `and ${more} more ${what}`] : texts;
}

function unseenOf(databases: RemovalFacts['notLookedAt']): string {
  if (databases.length === 0) return '';
  const shown = databases.map(({ database, why }) => `${showName(database)} (${why.replace(/\.$/, '')})`);
  return `not looked into yet: ${shortened(shown, mostUnseen, 'databases').join(', ')}`;
}
