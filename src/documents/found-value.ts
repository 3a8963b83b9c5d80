import { looksSecret } from '../lib/looks-secret.ts';
import { quote, type Step } from './complaint.ts';

/** How a value that was found is named in a sentence: `"Foo"`, `5`, `a list`, `nothing`; short, and never a secret. */
export function describeFound(value: unknown, path: readonly Step[]): string {
  const kind = kindOf(value);
  switch (kind) {
    case 'nothing':
    case 'a list':
    case 'a map':
      return kind;
    default:
      return isConfidential(path) ? kind : typeof value === 'string' ? quote(value) : String(value);
  }
}

/** The kind of a value in words. */
export function kindOf(value: unknown): 'nothing' | 'a list' | 'a map' | 'a text' | 'a number' | 'true or false' {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'true or false' : 'a text';
}

// Parameters (primary_conninfo, archive_command) and the values of environment variables hold passwords under any name.
function isConfidential(path: readonly Step[]): boolean {
  const keys = path.filter((step) => typeof step === 'string');
  return path.length === 0 || keys[0] === 'parameters' || keys.at(-1) === 'value' || keys.some(looksSecret);
}
