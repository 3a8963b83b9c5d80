import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import {
  type ExtensionField,
  extensionFields,
  type FoundExtension,
  type FoundValue,
  pathFields,
  type ResolvedExtension,
} from './image-info.ts';

/** The entries of a list of extensions in a document. A field without a value, or with an empty list, is one that is not set. */
export function findExtensions(
  document: SourceDocument,
  path: readonly Step[],
  from: 'cluster' | 'catalog' | 'status',
): readonly FoundExtension[] {
  return listOf(valueAt(document.value, path)).map((item, index) => {
    const start = [...path, index];
    const entry = mapOf(item);
    const image = mapOf(entry['image']);
    const found = (value: unknown, steps: readonly Step[]): FoundValue => ({
      value,
      origin: { from, document, path: [...start, ...steps] },
    });
    const fields = extensionFields.flatMap((field): readonly [ExtensionField, FoundValue][] => {
      const steps = field.split('.');
      const value = steps.length > 1 ? image[steps[1] ?? ''] : entry[field];
      return isSet(value) ? [[field, found(value, steps)]] : [];
    });
    const unknown = [
      ...Object.keys(entry)
        .filter((key) => !knownKeys.has(key))
        .map((key) => [key]),
      ...Object.keys(image)
        .filter((key) => key !== 'reference' && key !== 'pullPolicy')
        .map((key) => ['image', key]),
    ];
    return {
      name: entry['name'],
      origin: { from, document, path: start },
      fields: new Map(fields),
      unknownKeys: new Map(unknown.map((steps) => [steps.join('.'), found(valueAt(entry, steps), steps)])),
    };
  });
}

/** The same as CloudNativePG holds it; values of the wrong kind are left out. */
export function toResolvedExtension({ name, fields }: FoundExtension): ResolvedExtension {
  const reference = textOf(fields.get('image.reference')?.value);
  const pullPolicy = textOf(fields.get('image.pullPolicy')?.value);
  const paths = pathFields.flatMap((field) => {
    const list = listOf(fields.get(field)?.value).filter((path) => typeof path === 'string');
    return list.length > 0 ? [[field, list] as const] : [];
  });
  const env = listOf(fields.get('env')?.value).map((item) => {
    const variable = mapOf(item);
    return { name: textOf(variable['name']), value: textOf(variable['value']) };
  });
  return {
    name: textOf(name),
    image: { ...(reference !== '' && { reference }), ...(pullPolicy !== '' && { pullPolicy }) },
    ...Object.fromEntries(paths),
    ...(env.length > 0 && { env }),
  };
}

const knownKeys: ReadonlySet<string> = new Set(['name', 'image', ...pathFields, 'env']);

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}
