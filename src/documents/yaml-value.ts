import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { type Complaint, type Position, quote, type Step, type SyntaxComplaint } from './complaint.ts';
import { kindOf } from './found-value.ts';
import { valueAt } from './plain-value.ts';

export interface ConvertedNode {
  /** Maps (without prototype), lists, texts, numbers, booleans and null. */
  readonly value: unknown;
  /** Those without a path mean that the value is not to be looked at. */
  readonly complaints: readonly SyntaxComplaint[];
  /** The place of the value at a path; `complete: false` if the path leads further than the document does. */
  find(path: readonly Step[]): { readonly place: Place; readonly complete: boolean };
}

/** Where a value stands in its text, as offsets into it, and a number as it is written. */
export interface Place {
  readonly keyOffset: number;
  readonly valueOffset: number;
  readonly numberText?: string;
}

/**
 * Turns the nodes of a document into plain values. The parser's own toJS is not used because it looks for the anchor
 * of each alias in the whole document, lets the last of two equal keys win, and forgets where things stood.
 */
export function convertNode(contents: unknown, position: (offset: number) => Position): ConvertedNode {
  const conversion: Conversion = {
    anchors: new Map(),
    places: new WeakMap(),
    complaints: [],
    said: new Set(),
    expanded: { values: 0 },
    position,
  };
  const { value } = convert(contents, [], conversion);
  const root = placeOf(contents, 0, 0);
  return { value, complaints: conversion.complaints, find: (path) => find(value, path, root, conversion.places) };
}

type Places = WeakMap<object, ReadonlyMap<Step, Place>>;

interface Converted {
  readonly value: unknown;
  /** How many values it consists of, itself included, with all aliases written out. */
  readonly size: number;
}

interface Conversion {
  readonly anchors: Map<string, Converted | 'unfinished'>;
  readonly places: Places;
  readonly complaints: SyntaxComplaint[];
  /** What is said once, however often it is so. */
  readonly said: Set<string>;
  readonly expanded: { values: number };
  readonly position: (offset: number) => Position;
}

// A configuration needs 7 levels, the metadata of a Kubernetes document some more. Aliases share their value in memory, but every reader of the value walks each copy.
const maxDepth = 32;
const maxExpandedValues = 100_000;

const nothing: Converted = { value: null, size: 1 };

function convert(node: unknown, path: readonly Step[], conversion: Conversion): Converted {
  if (isAlias(node)) return convertAlias(node, conversion);
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) return nothing;
  if (path.length > maxDepth) {
    complainOnce(conversion, node, {
      found: `values nested more than ${maxDepth} levels deep`,
      expected: `at most ${maxDepth} levels`,
      message: 'no configuration is nested that deep',
    });
    return nothing;
  }
  if (node.anchor !== undefined) conversion.anchors.set(node.anchor, 'unfinished');
  const converted = isMap(node)
    ? convertMap(node, path, conversion)
    : isSeq(node)
      ? convertList(node, path, conversion)
      : { value: node.value, size: 1 };
  if (node.anchor !== undefined) conversion.anchors.set(node.anchor, converted);
  return converted;
}

function convertAlias(alias: Alias, conversion: Conversion): Converted {
  const target = conversion.anchors.get(alias.source);
  if (target === undefined || target === 'unfinished') {
    complain(conversion, alias, {
      path: [],
      found: `the alias ${quote(`*${alias.source}`)}`,
      expected: 'the name of an anchor further up',
      message: target === undefined ? 'quote a text that begins with *' : 'a value cannot contain itself',
    });
    return nothing;
  }
  conversion.expanded.values += target.size;
  if (conversion.expanded.values <= maxExpandedValues) return target;
  complainOnce(conversion, alias, {
    found: `aliases that expand to more than ${maxExpandedValues} values`,
    expected: 'fewer',
    message: 'write the values out where they are needed',
  });
  return nothing;
}

function convertList(list: YAMLSeq, path: readonly Step[], conversion: Conversion): Converted {
  const value: unknown[] = [];
  const places = new Map<Step, Place>();
  let size = 1;
  let offset = offsetOf(list, 0);
  for (const [index, item] of list.items.entries()) {
    const converted = convert(item, [...path, index], conversion);
    offset = offsetOf(item, offset);
    value.push(converted.value);
    places.set(index, placeOf(item, offset, offset));
    size += converted.size;
  }
  conversion.places.set(value, places);
  return { value, size };
}

function convertMap(map: YAMLMap, path: readonly Step[], conversion: Conversion): Converted {
  // Without a prototype, so that a key called `constructor` or `toString` is a key like any other.
  const value: Record<string, unknown> = Object.create(null);
  const places = new Map<Step, Place>();
  const merged: unknown[] = [];
  let size = 1;
  for (const pair of map.items) {
    const key = keyOf(pair);
    const keyOffset = offsetOf(pair.key, offsetOf(map, 0));
    const converted = convert(pair.value, [...path, key], conversion);
    size += converted.size + 1;
    if (isMerge(pair)) {
      merged.push(...mapsToMerge(pair, converted.value, [...path, key], conversion));
      continue;
    }
    const first = places.get(key);
    const refusal = refuseKey(key, first, conversion);
    if (refusal !== undefined) complain(conversion, pair.key, { path: [...path, key], ...refusal });
    if (first !== undefined || key === '__proto__') continue;
    value[key] = converted.value;
    places.set(key, placeOf(pair.value, keyOffset, keyOffset));
  }
  for (const map of merged) merge(value, places, map, conversion.places);
  conversion.places.set(value, places);
  return { value, size };
}

// https://yaml.org/type/merge.html: kubectl and Compose know it, so it is in files that people have.
function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

function mapsToMerge(pair: Pair, value: unknown, path: readonly Step[], conversion: Conversion): readonly unknown[] {
  const maps = Array.isArray(value) ? value : [value];
  if (maps.every((one) => kindOf(one) === 'a map')) return maps;
  const expected = 'a map, an alias of one, or a list of them';
  const message = 'its keys are taken over where they are not set; put << in quotes if it is a key';
  complain(conversion, pair.key, { path, found: kindOf(value), expected, message });
  return [];
}

/** Takes over the keys that are not there yet, with the places where they stand. */
function merge(value: Record<string, unknown>, places: Map<Step, Place>, from: unknown, known: Places): void {
  for (const [key, place] of typeof from === 'object' && from !== null ? (known.get(from) ?? []) : []) {
    if (places.has(key)) continue;
    value[String(key)] = valueAt(from, [key]);
    places.set(key, place);
  }
}

function refuseKey(
  key: string,
  first: Place | undefined,
  { position }: Conversion,
): Pick<Complaint, 'found' | 'expected' | 'message'> | undefined {
  if (key === '__proto__') {
    return { found: quote(key), expected: 'the name of a setting', message: 'JavaScript keeps this name for itself' };
  }
  if (first === undefined) return undefined;
  const { line } = position(first.keyOffset);
  return {
    found: `${quote(key)} once more`,
    expected: 'each key once',
    message: `it is already set in line ${line}; remove one of the two`,
  };
}

// The parser was told that keys are texts, and has refused the document if one is not.
function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value ?? '') : '';
}

function find(value: unknown, path: readonly Step[], root: Place, places: Places): ReturnType<ConvertedNode['find']> {
  let current = value;
  let place = root;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return { place, complete: false };
    const next = places.get(current)?.get(step);
    if (next === undefined) return { place, complete: false };
    current = valueAt(current, [step]);
    place = next;
  }
  return { place, complete: true };
}

function placeOf(node: unknown, keyOffset: number, otherwise: number): Place {
  const valueOffset = offsetOf(node, otherwise);
  const isNumber = isScalar(node) && typeof node.value === 'number' && node.source !== undefined;
  return isNumber ? { keyOffset, valueOffset, numberText: sourceOf(node) } : { keyOffset, valueOffset };
}

function sourceOf(scalar: Scalar): string {
  return scalar.source ?? String(scalar.value);
}

function offsetOf(node: unknown, otherwise: number): number {
  const range = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
  return range?.[0] ?? otherwise;
}

function complain(conversion: Conversion, node: unknown, complaint: Omit<Complaint, 'at'>): void {
  conversion.complaints.push({ ...complaint, at: 'key', position: conversion.position(offsetOf(node, 0)) });
}

function complainOnce(conversion: Conversion, node: unknown, complaint: Omit<Complaint, 'at' | 'path'>): void {
  if (conversion.said.has(complaint.found)) return;
  conversion.said.add(complaint.found);
  complain(conversion, node, { path: [], ...complaint });
}
