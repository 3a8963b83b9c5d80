import { cleanImagePath } from '../configuration/image-path.ts';
import { unknownPlaceholders } from '../configuration/placeholders.ts';
import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import { extensionVolume } from '../manifests/extension-volume.ts';
import { pathFields } from '../manifests/image-info.ts';
import type { ClusterValue } from './cluster-check.ts';
import { duplicate, type FieldError, forbidden, invalid, renderField } from './field-error.ts';

/** The extensions of a Cluster: https://cloudnative-pg.io/documentation/current/imagevolume_extensions/ */
export function checkExtensions(cluster: ClusterValue): readonly FieldError[] {
  const needsImage = (valueAt(cluster, ['spec', 'imageCatalogRef']) ?? null) === null;
  return checkExtensionList(valueAt(cluster, extensionsPath), extensionsPath, needsImage);
}

/** A list of extensions wherever it stands; the webhook itself never sees those of a catalog. */
export function checkExtensionList(
  extensions: unknown,
  start: readonly Step[],
  needsImage: boolean,
): readonly FieldError[] {
  const names = new Set<string>();
  const volumes = new Set<string>();
  return listOf(extensions).flatMap((item, index) => {
    const entry = mapOf(item);
    const path = [...start, index];
    const name = textOf(entry['name']);
    const refusal = refuseRepeated(name, names, [...path, 'name']);
    if (refusal !== undefined) return [refusal];
    names.add(name);
    const volume = extensionVolume(name);
    const isTaken = volumes.has(volume);
    volumes.add(volume);
    const reference = textOf(mapOf(entry['image'])['reference']);
    return [
      ...(isTaken ? [invalid([...path, 'name'], name, sameVolume(volume))] : []),
      ...(needsImage && reference === '' ? [invalid([...path, 'image', 'reference'], reference, noImage(name))] : []),
      ...pathFields.flatMap((field) => checkPaths(entry[field], [...path, field])),
      ...checkVariables(entry['env'], path),
    ];
  });
}

const extensionsPath: readonly Step[] = ['spec', 'postgresql', 'extensions'];

function sameVolume(volume: string): string {
  return `extension name results in duplicate volume name ${JSON.stringify(volume)} after sanitization (underscores are converted to hyphens)`;
}

function noImage(name: string): string {
  return `Image reference for extension \`${name}\` must be set when no image catalog is configured`;
}

function refuseRepeated(value: string, seen: ReadonlySet<string>, path: readonly Step[]): FieldError | undefined {
  if (value === '') return invalid(path, value, 'value cannot be empty');
  return seen.has(value) ? duplicate(path, value) : undefined;
}

function checkPaths(list: unknown, start: readonly Step[]): readonly FieldError[] {
  const seen = new Set<string>();
  return listOf(list).flatMap((item, index) => {
    if (typeof item !== 'string') return [];
    const path = [...start, index];
    const refusal = refuseRepeated(item, seen, path);
    if (refusal !== undefined) return [refusal];
    const [first] = cleanImagePath(item).split('/');
    if (first === '..') return [invalid(path, item, 'path must not escape the extension directory')];
    seen.add(item);
    return [];
  });
}

function checkVariables(env: unknown, extension: readonly Step[]): readonly FieldError[] {
  const seen = new Set<string>();
  return listOf(env).flatMap((item, index) => {
    const variable = mapOf(item);
    const name = textOf(variable['name']);
    const value = textOf(variable['value']);
    const path = [...extension, 'env', index];
    const field = dedicatedFields.get(name);
    const unknown = unknownPlaceholders(value);
    const isRepeated = seen.has(name);
    seen.add(name);
    return [
      ...(isReservedVariable(name) ? [invalid([...path, 'name'], name, reservedSentence)] : []),
      ...(field === undefined
        ? []
        : [forbidden([...path, 'name'], `${name} must be configured via ${renderField([...extension, field])}`)]),
      ...(unknown.length === 0 ? [] : [invalid([...path, 'value'], value, unsupported(unknown))]),
      ...(isRepeated ? [duplicate([...path, 'name'], name)] : []),
    ];
  });
}

const dedicatedFields: ReadonlyMap<string, string> = new Map([
  ['PATH', 'bin_path'],
  ['LD_LIBRARY_PATH', 'ld_library_path'],
]);

const reservedSentence = 'the usage of this environment variable is reserved for the operator';

function unsupported(placeholders: readonly string[]): string {
  return `unsupported placeholder(s): ${placeholders.join(', ')}; supported: \${image_root}`;
}

/** Whether CloudNativePG keeps a variable for itself; in any case of its letters. */
export function isReservedVariable(name: string): boolean {
  const upper = name.toUpperCase();
  if (upper.startsWith('CNPG_') || upper.startsWith('PG')) return true;
  return upper === 'POD_NAME' || upper === 'NAMESPACE' || upper === 'CLUSTER_NAME';
}
