import type { Complaint, Step } from '../documents/complaint.ts';
import { listOf, mapOf } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { extensionVolume } from '../manifests/extension-volume.ts';
import { checkDatabases } from './check-databases.ts';
import { cleanImagePath, refuseImagePath } from './image-path.ts';
import { type Occurrence, type PlacedComplaint, repetitions, twice } from './placed-complaint.ts';
import { refuseEnvironmentValue, refuseExtensionName } from './value-rules.ts';

export interface TogetherCheck {
  readonly problems: readonly PlacedComplaint[];
  readonly warnings: readonly PlacedComplaint[];
}

/**
 * What is wrong with values that are fine by themselves: names that are used twice, within a file or across files.
 * Works on values as they were written, so that it has its say also where the shape of something else is wrong.
 */
export function checkTogether(documents: readonly SourceDocument[]): TogetherCheck {
  const extensions = documents.flatMap(extensionsOf);
  const databases = checkDatabases(documents);
  return {
    problems: [
      ...checkExtensionNames(extensions),
      ...extensions.flatMap(checkEnvironment),
      ...checkParameterNames(documents),
      ...['restart_policy', 'removal'].flatMap((key) => checkScalar(key, documents)),
      ...databases.problems,
    ],
    warnings: [...extensions.flatMap(warnAboutPaths), ...warnAboutLibraries(documents), ...databases.warnings],
  };
}

interface ExtensionEntry {
  readonly document: SourceDocument;
  readonly path: readonly Step[];
  readonly entry: Readonly<Record<string, unknown>>;
}

function extensionsOf(document: SourceDocument): readonly ExtensionEntry[] {
  return listOf(mapOf(document.value)['extensions']).map((entry, index) => ({
    document,
    path: ['extensions', index],
    entry: mapOf(entry),
  }));
}

function checkExtensionNames(extensions: readonly ExtensionEntry[]): readonly PlacedComplaint[] {
  const names = new Map<string, Occurrence>();
  const volumes = new Map<string, Occurrence>();
  return extensions.flatMap(({ document, path, entry }) => {
    const name = entry['name'];
    if (typeof name !== 'string' || refuseExtensionName(name) !== undefined) return [];
    const here: Occurrence = { document, path: [...path, 'name'], at: 'value' };
    const volume = extensionVolume(name);
    const same = names.get(name);
    const similar = volumes.get(volume);
    if (same !== undefined) {
      return [twice(here, same, 'each extension once', 'the same extension is already listed at')];
    }
    names.set(name, here);
    if (similar === undefined) {
      volumes.set(volume, here);
      return [];
    }
    const reason = `extension name results in duplicate volume name "${volume}" after sanitization (underscores are converted to hyphens), the other one is at`;
    return [twice(here, similar, 'a name that differs in more than underscores and hyphens', reason)];
  });
}

function checkEnvironment({ document, path, entry }: ExtensionEntry): readonly PlacedComplaint[] {
  const names = new Map<string, Occurrence>();
  return listOf(entry['env']).flatMap((item, index) => {
    const { name, value } = mapOf(item);
    const here: Occurrence = { document, path: [...path, 'env', index, 'name'], at: 'value' };
    const first = typeof name === 'string' && name !== '' ? names.get(name) : undefined;
    if (typeof name === 'string' && first === undefined) names.set(name, here);
    const repeated =
      first === undefined ? [] : [twice(here, first, 'each variable once for an extension', 'it is already set at')];
    const refusal = typeof value === 'string' ? refuseEnvironmentValue(value, name) : undefined;
    if (refusal === undefined) return repeated;
    const valuePath = [...path, 'env', index, 'value'];
    const complaint: Complaint = { path: valuePath, at: 'value', found: 'a text', ...refusal };
    return [...repeated, { document, complaint }];
  });
}

// PostgreSQL compares the names of parameters without regard to case.
function checkParameterNames(documents: readonly SourceDocument[]): readonly PlacedComplaint[] {
  const names = new Map<string, Occurrence>();
  return documents.flatMap((document) =>
    Object.keys(mapOf(mapOf(document.value)['parameters'])).flatMap((name) => {
      const here: Occurrence = { document, path: ['parameters', name], at: 'key' };
      const first = names.get(name.toLowerCase());
      if (first === undefined) names.set(name.toLowerCase(), here);
      return first === undefined ? [] : [twice(here, first, 'each parameter once', 'it is already set at')];
    }),
  );
}

function checkScalar(key: string, documents: readonly SourceDocument[]): readonly PlacedComplaint[] {
  const setting = documents.filter((document) => (mapOf(document.value)[key] ?? null) !== null);
  const [first, ...others] = setting.map((document): Occurrence => ({ document, path: [key], at: 'value' }));
  if (first === undefined) return [];
  return others.map((other) => twice(other, first, `${key} in one file only`, 'it is already set at'));
}

function warnAboutPaths({ document, path, entry }: ExtensionEntry): readonly PlacedComplaint[] {
  const fields = ['extension_control_path', 'dynamic_library_path', 'ld_library_path', 'bin_path'];
  return fields.flatMap((field) => {
    const folders = listOf(entry[field]).map((folder, index) => ({
      document,
      path: [...path, field, index],
      name: typeof folder === 'string' && refuseImagePath(folder) === undefined ? cleanImagePath(folder) : undefined,
    }));
    return repetitions(folders, 'each folder once', 'the same folder is taken once, it is already listed at');
  });
}

function warnAboutLibraries(documents: readonly SourceDocument[]): readonly PlacedComplaint[] {
  const field = 'shared_preload_libraries';
  const libraries = documents.flatMap((document) =>
    listOf(mapOf(document.value)[field]).map((library, index) => ({
      document,
      path: [field, index],
      name: typeof library === 'string' ? library : undefined,
    })),
  );
  return repetitions(libraries, 'each library once', 'the same library is taken once, it is already listed at');
}
