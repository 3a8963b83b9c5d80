import type * as z from 'zod/mini';
import { type Complaint, quote, type Refusal, type Step } from './complaint.ts';
import { describeFound, kindOf } from './found-value.ts';
import { valueAt } from './plain-value.ts';
import { suggestKey } from './suggest-key.ts';

/** What the schema found wrong in `root`, in words. One issue about unknown keys becomes one complaint for each key. */
export function explainIssue(issue: z.core.$ZodIssue, root: unknown): readonly Complaint[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const value = valueAt(root, path);
  const found = describeFound(value, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => explainUnknownKey([...path, key], key));
    case 'invalid_type':
      return [explainType(issue.expected, path, value)];
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

function explainUnknownKey(path: readonly Step[], key: string): Complaint {
  const known = knownKeys(path);
  const suggestion = suggestKey(key, known);
  return {
    path,
    at: 'key',
    found: `the unknown key ${quote(key)}`,
    expected: known.length === 1 ? String(known[0]) : `one of ${known.join(', ')}`,
    message: suggestion === undefined ? 'remove it' : `did you mean ${suggestion}?`,
  };
}

function explainType(expected: string, path: readonly Step[], value: unknown): Complaint {
  const kind = kindOf(value);
  const wanted = kindNames[expected] ?? expected;
  const common = { path, at: 'value', expected: wanted } as const;
  if (kind === 'nothing') {
    const key = path.findLast((step) => typeof step === 'string');
    const message = typeof path.at(-1) === 'number' ? 'remove the empty item' : `${key ?? 'it'} is required`;
    return { ...common, found: kind, message };
  }
  // The text that stands where a structure belongs may be anything, a password for one; its kind says enough.
  if (wanted !== 'a text') return { ...common, found: kind, message: hintOf(wanted, path) };
  const isSimple = kind === 'a number' || kind === 'true or false';
  return {
    ...common,
    found: describeFound(value, path),
    message: isSimple ? 'put it in quotes' : 'write a plain text',
  };
}

function hintOf(wanted: string, path: readonly Step[]): string {
  if (wanted === 'a list') return 'write each item on a line of its own, after a hyphen';
  const known = knownKeys([...path, '']);
  return known.length === 0 ? 'write name: value' : `it has the keys ${known.join(', ')}`;
}

// The keys that may stand beside the one at the end of the path.
function knownKeys(path: readonly Step[]): readonly string[] {
  const parent = path.slice(0, -1).map((step) => (typeof step === 'number' ? '#' : step));
  return keysByParent[parent.join('/')] ?? [];
}

const keysByParent: Readonly<Record<string, readonly string[]>> = {
  '': ['extensions', 'shared_preload_libraries', 'parameters', 'restart_policy'],
  'extensions/#': [
    'name',
    'image',
    'extension_control_path',
    'dynamic_library_path',
    'ld_library_path',
    'bin_path',
    'env',
  ],
  'extensions/#/image': ['reference', 'pullPolicy'],
  'extensions/#/env/#': ['name', 'value'],
};

const kindNames: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};
