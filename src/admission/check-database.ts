import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import { duplicate, type FieldError, invalid } from './field-error.ts';

/** A document of `kind: Database`: https://cloudnative-pg.io/documentation/current/declarative_database_management/ */
export function checkDatabase(database: unknown): readonly FieldError[] {
  const spec = valueAt(database, ['spec']);
  const wrappers = new Set(entriesIn(spec, 'fdws').map(({ name }) => name));
  return [
    ...checkNames(entriesIn(spec, 'extensions')),
    ...checkNames(entriesIn(spec, 'schemas')),
    ...checkObjects(entriesIn(spec, 'fdws'), () => []),
    ...checkObjects(entriesIn(spec, 'servers'), ({ entry, path }) => {
      const wrapper = textOf(entry['fdw']);
      if (entry['ensure'] === 'absent' || wrappers.has(wrapper)) return [];
      return [invalid([...path, 'fdw'], wrapper, 'referenced fdw not defined in spec.fdws')];
    }),
  ];
}

interface Entry {
  readonly path: readonly Step[];
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

function entriesIn(spec: unknown, list: string): readonly Entry[] {
  return listOf(mapOf(spec)[list]).map((item, index) => {
    const entry = mapOf(item);
    return { path: ['spec', list, index], name: textOf(entry['name']), entry };
  });
}

function checkNames(entries: readonly Entry[]): readonly FieldError[] {
  const repeated = repetitions(entries.map(({ name }) => name));
  return entries.flatMap(({ path, name }, index) => (repeated.has(index) ? [duplicate([...path, 'name'], name)] : []));
}

function checkObjects(
  entries: readonly Entry[],
  first: (entry: Entry) => readonly FieldError[],
): readonly FieldError[] {
  const repeated = repetitions(entries.map(({ name }) => name));
  return entries.flatMap((object, index) => [
    ...first(object),
    ...(repeated.has(index) ? [duplicate([...object.path, 'name'], object.name)] : []),
    ...checkParts(object, 'options', 'options'),
    // Upstream calls the field otherwise than the document does.
    ...checkParts(object, 'usage', 'usages'),
  ]);
}

function checkParts({ entry, path }: Entry, list: string, called: string): readonly FieldError[] {
  const names = listOf(entry[list]).map((item) => textOf(mapOf(item)['name']));
  return [...repetitions(names)].map((index) => ({
    ...duplicate([...path, called, index, 'name'], names[index] ?? ''),
    at: [...path, list, index, 'name'],
  }));
}

function repetitions(names: readonly string[]): ReadonlySet<number> {
  const seen = new Set<string>();
  const repeated = new Set<number>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) repeated.add(index);
    seen.add(name);
  }
  return repeated;
}
