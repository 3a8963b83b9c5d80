import { parse } from '@marcbachmann/cel-js';
import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf } from '../documents/plain-value.ts';
import type { CrdSchema } from './crd-schema.ts';
import { duplicate, type FieldError, invalid } from './field-error.ts';

/** What somebody wrote where the schema has nothing: the API server drops it, and kubectl refuses it. */
export interface UnknownField {
  readonly path: readonly Step[];
  readonly known: readonly string[];
}

export interface RulesCheck {
  readonly errors: readonly FieldError[];
  readonly unknown: readonly UnknownField[];
}

/**
 * Holds a value against what JSON schema has no words for: the rules in CEL, lists whose items have a key, and fields that do not
 * exist. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */
export function checkRules(schema: CrdSchema, value: unknown): RulesCheck {
  const found = { errors: [] as FieldError[], unknown: [] as UnknownField[] };
  walk(schema, value, [], found);
  return found;
}

interface Found {
  readonly errors: FieldError[];
  readonly unknown: UnknownField[];
}

function walk(schema: CrdSchema, value: unknown, path: readonly Step[], found: Found): void {
  if (value === null || value === undefined) return;
  for (const { rule, message } of schema['x-kubernetes-validations'] ?? []) {
    if (breaks(rule, withDefaults(schema, value))) found.errors.push(invalid(path, shown(value), message));
  }
  if (Array.isArray(value)) {
    found.errors.push(...repeatedItems(schema, value, path));
    const { items } = schema;
    if (items !== undefined) for (const [index, item] of value.entries()) walk(items, item, [...path, index], found);
    return;
  }
  if (typeof value !== 'object') return;
  const { properties, additionalProperties } = schema;
  for (const [key, item] of Object.entries(value)) {
    const known = properties?.[key] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    if (known !== undefined) walk(known, item, [...path, key], found);
    else if (properties !== undefined && schema['x-kubernetes-preserve-unknown-fields'] !== true) {
      found.unknown.push({ path: [...path, key], known: Object.keys(properties) });
    }
  }
}

/** Kubernetes shows the type of what is not simple. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'object' ? 'object' : value;
}

function repeatedItems(schema: CrdSchema, list: readonly unknown[], path: readonly Step[]): readonly FieldError[] {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (keys === undefined) return [];
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = Object.fromEntries(keys.map((name) => [name, mapOf(item)[name]]));
    const text = JSON.stringify(key);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [duplicate([...path, index], key)];
  });
}

function breaks(rule: string, self: unknown): boolean {
  try {
    return parse(rule)({ self }) !== true;
  } catch {
    // A field that the rule needs is missing, or of the wrong kind; the API server refuses that, too.
    return true;
  }
}

function withDefaults(schema: CrdSchema, value: unknown): unknown {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return listOf(value);
  if (typeof value !== 'object' || value === null) return value;
  const defaults = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    property.default === undefined ? [] : [[name, property.default] as const],
  );
  return { ...Object.fromEntries(defaults), ...value };
}
