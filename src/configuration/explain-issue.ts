import type * as z from 'zod/mini';
import { type Complaint, quote, type Refusal, type Step } from '../documents/complaint.ts';
import { describeFound, kindOf } from '../documents/found-value.ts';
import { valueAt } from '../documents/plain-value.ts';
import { suggestKey } from '../lib/suggest-key.ts';
import { maxProblems } from './bounded-list.ts';
import { explainMisplaced, knownKeys } from './known-keys.ts';

/** What the schema found wrong in `root`, in words. One issue about unknown keys becomes one complaint for each key. */
export function explainIssue(issue: z.core.$ZodIssue, root: unknown): readonly Complaint[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const value = valueAt(root, path);
  const found = describeFound(value, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, maxProblems + 1).map((key) => explainUnknownKey([...path, key], key, root));
    case 'invalid_type':
      return [explainType(issue.expected, path, value, root)];
    case 'invalid_value':
      return [{ path, at: 'value', found, expected: issue.values.join(' or '), message: 'mind upper and lower case' }];
    case 'custom': {
      const refusal: Refusal | undefined = issue.params?.['refusal'];
      const at = issue.params?.['at'] === 'key' ? 'key' : 'value';
      const shown = at === 'key' ? quote(String(path.at(-1))) : found;
      return [{ path, at, found: shown, expected: 'something else', message: 'not acceptable', ...refusal }];
    }
    default:
      return [{ path, at: 'value', found, expected: 'something else', message: 'not acceptable' }];
  }
}

function explainUnknownKey(path: readonly Step[], key: string, root: unknown): Complaint {
  const known = knownKeys(path, root);
  const suggestion = suggestKey(key, known);
  return {
    path,
    at: 'key',
    found: `the unknown key ${quote(key)}`,
    expected: known.length === 1 ? String(known[0]) : `one of ${known.join(', ')}`,
    message: suggestion === undefined ? (explainMisplaced(path, root) ?? 'remove it') : `did you mean ${suggestion}?`,
  };
}

function explainType(expected: string, path: readonly Step[], value: unknown, root: unknown): Complaint {
  const kind = kindOf(value);
  const wanted = kindNames[expected] ?? expected;
  const common = { path, at: 'value', expected: wanted } as const;
  if (kind === 'nothing') {
    const key = path.findLast((step) => typeof step === 'string');
    const message = typeof path.at(-1) === 'number' ? 'remove the empty item' : `${key ?? 'it'} is required`;
    return { ...common, found: kind, message };
  }
  // The text that stands where a structure belongs may be anything, a password for one; its kind says enough.
  if (wanted !== 'a text') return { ...common, found: kind, message: hintOf(wanted, path, root) };
  const isSimple = kind === 'a number' || kind === 'true or false';
  return {
    ...common,
    found: describeFound(value, path),
    message: isSimple ? quotesHint(path) : 'write a plain text',
  };
}

// Before anybody wonders where the last digit of the version has gone.
function quotesHint(path: readonly Step[]): string {
  return path.at(-1) === 'version' ? 'put it in quotes, a number 1.10 is the same as 1.1' : 'put it in quotes';
}

function hintOf(wanted: string, path: readonly Step[], root: unknown): string {
  if (wanted === 'a list') return 'write each item on a line of its own, after a hyphen';
  if (wanted === 'true or false') return 'write true or false, without quotes';
  if (wanted === 'an integer') return 'write digits, without quotes';
  const known = knownKeys([...path, ''], root);
  return known.length === 0 ? 'write name: value' : `it has the keys ${known.join(', ')}`;
}

const kindNames: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  boolean: 'true or false',
  number: 'an integer',
};
