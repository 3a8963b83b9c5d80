import { listOf, mapOf } from '../documents/plain-value.ts';
import { jsonKind, parseJsonText } from './json-text.ts';

/**
 * Why a text is no JSON patch, in the words of the library that CloudNativePG reads it with:
 * https://github.com/evanphx/json-patch. Whether the patch fits a pod is another question.
 */
export function refuseJsonPatch(text: string): string | undefined {
  const patch = parseJsonText(text);
  if (patch.kind === 'no json') return 'invalid state detected';
  const kind = jsonKind(patch.value);
  if (kind === 'null') return undefined;
  if (kind !== 'array') return `json: cannot unmarshal ${kind} into Go value of type jsonpatch.Patch`;
  const operations = listOf(patch.value);
  const wrong = operations.map(jsonKind).find((one) => one !== 'object' && one !== 'null');
  if (wrong !== undefined) return `json: cannot unmarshal ${wrong} into Go value of type jsonpatch.Operation`;
  return operations.map(refuseOperation).find((refusal) => refusal !== undefined);
}

function refuseOperation(operation: unknown): string | undefined {
  const reason = refuseMembers(mapOf(operation));
  return reason === undefined ? undefined : `invalid operation ${showOperation(operation)}: ${reason}`;
}

type Members = Readonly<Record<string, unknown>>;

function refuseMembers(members: Members): string | undefined {
  switch (members['op']) {
    case 'add':
    case 'replace':
      if (!('value' in members)) return `failed to decode 'value': operation, missing value field: missing value`;
      return refusePointer(members, 'path');
    case 'move':
    case 'copy':
      return refusePointer(members, 'from') ?? refusePointer(members, 'path');
    case 'remove':
    case 'test':
      return refusePointer(members, 'path');
    default:
      return 'unsupported operation';
  }
}

function refusePointer(members: Members, key: 'path' | 'from'): string | undefined {
  const kind = jsonKind(members[key]);
  if (kind === 'string') return undefined;
  const missing = key === 'path' ? 'operation missing path field' : 'operation, missing from field';
  const reason =
    kind === 'null' ? `${missing}: missing value` : `json: cannot unmarshal ${kind} into Go value of type string`;
  return `failed to decode '${key}': ${reason}`;
}

function showOperation(operation: unknown): string {
  if (operation === null) return 'null';
  const members = Object.entries(mapOf(operation)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(members));
}
