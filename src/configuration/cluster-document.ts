import type { Place, Step } from '../documents/complaint.ts';
import { listOf, mapOf, valueAt } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { archiveMode } from '../manifests/archive-mode.ts';
import { judgeParameter, managedLibraries } from '../manifests/fixed-parameters.ts';
import type { FoundExtension } from '../manifests/image-info.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { ApplicationDatabase } from './application-database.ts';

/**
 * What a Cluster asks of an instance, as a document with the keys of the configuration. Each value keeps the place and the path
 * that it has where somebody wrote it, be that a catalog.
 */
export function clusterDocument(
  { document }: Manifest,
  extensions: readonly FoundExtension[],
  application: ApplicationDatabase | undefined,
): SourceDocument {
  const parameters = mapOf(valueAt(document.value, ['spec', 'postgresql', 'parameters']));
  const mode = archiveMode(document.value);
  // A key without a value is not there.
  const free = Object.entries(parameters).filter(
    ([name, value]) => value !== null && judgeParameter(name.toLowerCase(), value, mode) === 'free',
  );
  const libraries = preloadedLibraries(document);
  const value = {
    extensions: extensions.map(extensionValue),
    shared_preload_libraries: libraries.map(({ value: library }) => library),
    parameters: Object.fromEntries(free),
    ...(application !== undefined && {
      databases: [{ name: application.name, owner: application.owner, create_owner: true }],
    }),
  };
  const locate: SourceDocument['locate'] = (path, at) => {
    const [key, index, ...rest] = path;
    if (key === 'parameters') return document.locate(['spec', 'postgresql', 'parameters', ...path.slice(1)], at);
    if (key === 'databases') {
      const { path: named = [], ownerPath = [] } = application ?? {};
      return document.locate(rest[0] === 'owner' ? ownerPath : named, at);
    }
    if (typeof index !== 'number') return document.locate([], at);
    if (key === 'shared_preload_libraries') return document.locate(libraries[index]?.path ?? [], at);
    return locateInExtension(document, extensions[index], rest, at);
  };
  return { file: document.file, value, locate, numberText: () => undefined };
}

interface Library {
  readonly value: unknown;
  readonly path: readonly Step[];
}

/** Those of the Cluster, and then those that CloudNativePG preloads because a parameter of theirs is set. */
function preloadedLibraries(document: SourceDocument): readonly Library[] {
  const start = ['spec', 'postgresql'];
  const own = listOf(valueAt(document.value, [...start, 'shared_preload_libraries'])).map((value, index) => ({
    value,
    path: [...start, 'shared_preload_libraries', index],
  }));
  const names = Object.keys(mapOf(valueAt(document.value, [...start, 'parameters'])));
  const managed = managedLibraries.flatMap((library) => {
    const name = names.find((one) => one.startsWith(`${library}.`));
    if (name === undefined || own.some(({ value }) => value === library)) return [];
    return [{ value: library, path: [...start, 'parameters', name] }];
  });
  // An empty text is one that is not there.
  return [...own.filter(({ value }) => value !== ''), ...managed];
}

function extensionValue({ name, fields, unknownKeys }: FoundExtension): unknown {
  const entry: Record<string, unknown> = { name };
  const image: Record<string, unknown> = {};
  for (const [field, { value }] of [...fields, ...unknownKeys]) {
    if (field.startsWith('image.')) image[field.slice('image.'.length)] = value;
    else entry[field] = value;
  }
  return { ...entry, ...(Object.keys(image).length > 0 && { image }) };
}

function locateInExtension(
  document: SourceDocument,
  extension: FoundExtension | undefined,
  path: readonly Step[],
  at: 'key' | 'value',
): Place {
  if (extension === undefined) return document.locate([], at);
  const { origin, fields, unknownKeys } = extension;
  const steps = path[0] === 'image' ? 2 : 1;
  const field = path.slice(0, steps).join('.');
  const found = unknownKeys.get(field) ?? [...fields].find(([name]) => name === field)?.[1];
  if (found === undefined) return origin.document.locate([...origin.path, ...path], at);
  return found.origin.document.locate([...found.origin.path, ...path.slice(steps)], at);
}
