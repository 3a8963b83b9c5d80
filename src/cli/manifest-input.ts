import type { SourceDocument } from '../documents/source-document.ts';
import { imageInfoAt } from '../manifests/follow-status.ts';
import { classifyDocuments, type Manifest } from '../manifests/manifest.ts';
import { parseFiles } from '../manifests/parse-files.ts';
import { readFiles } from '../manifests/read-files.ts';

export interface ManifestFlags {
  readonly filename: readonly string[];
  readonly recursive: boolean;
  readonly output: 'yaml' | 'json' | 'name' | 'text';
  readonly explain?: boolean;
  readonly cluster?: string;
  readonly managerImage?: string;
}

export interface ManifestOutput {
  readonly write: (text: string) => void;
  /** For people, beside what a program reads. */
  readonly tell: (text: string) => void;
  /** The whole standard input. */
  readonly readInput: () => Promise<Buffer>;
}

/** How a command ends; an empty message has been written already. */
export interface CommandEnd {
  readonly exitCode: number;
  readonly message: string;
}

/** Refused by CloudNativePG, or not to be resolved. */
export const refusedExit = 1;
/** Not to be read, or neither YAML nor JSON. */
export const unreadableExit = 2;

export type ManifestInput =
  | { readonly kind: 'read'; readonly documents: readonly SourceDocument[] }
  | { readonly kind: 'unreadable'; readonly end: CommandEnd };

/** The documents of files, or what of them cannot be read. */
export async function readManifestInput(
  names: readonly string[],
  recursive: boolean,
  { readInput }: ManifestOutput,
): Promise<ManifestInput> {
  const { documents, unreadable } = parseFiles(await readFiles(names, recursive, readInput));
  if (unreadable.length === 0) return { kind: 'read', documents };
  const lines = unreadable.map(({ file, line, why }) => `${line > 0 ? `${file}:${line}` : file}: error: ${why}`);
  return { kind: 'unreadable', end: { exitCode: unreadableExit, message: lines.join('\n') } };
}

export interface ManifestsOfInput {
  readonly clusters: readonly Manifest[];
  readonly catalogs: readonly Manifest[];
  readonly databases: readonly Manifest[];
  readonly plain: readonly SourceDocument[];
}

/** The documents by what they are; with `cluster`, that one alone. What is not about it is told. */
export function sortManifests(
  documents: readonly SourceDocument[],
  cluster: string | undefined,
  { tell }: ManifestOutput,
): ManifestsOfInput {
  const classified = classifyDocuments(documents);
  for (const one of classified) {
    if (one.kind === 'unrelated') tell(`note: ${one.what} is passed over\n`);
    if (one.kind === 'unknown')
      tell(`note: ${placeOf(one.document)}: its kind or version is not known, it is passed over\n`);
    if (one.kind === 'plain' && imageInfoAt(one.document, []) === undefined) {
      tell(`note: ${placeOf(one.document)}: a document without kind is passed over\n`);
    }
  }
  const manifests = classified.flatMap((one) => (one.kind === 'manifest' ? [one.manifest] : []));
  const all = manifests.filter(({ kind }) => kind === 'Cluster');
  const clusters = cluster === undefined ? all : all.filter((one) => isCalled(one, cluster));
  return {
    clusters,
    catalogs: manifests.filter(({ kind }) => kind === 'ImageCatalog' || kind === 'ClusterImageCatalog'),
    databases: manifests.filter(({ kind }) => kind === 'Database'),
    plain: classified.flatMap((one) => (one.kind === 'plain' ? [one.document] : [])),
  };
}

function isCalled({ name, namespace }: Manifest, wanted: string): boolean {
  return wanted === name || (namespace !== undefined && wanted === `${namespace}/${name}`);
}

function placeOf(document: SourceDocument): string {
  const { file, line } = document.locate([], 'value');
  return `${file}:${line}`;
}

/** Why there is nothing to do. */
export function noCluster(names: readonly string[], cluster: string | undefined): CommandEnd {
  const what = cluster === undefined ? 'no Cluster' : `no Cluster ${cluster}`;
  return { exitCode: refusedExit, message: `error: there is ${what} in ${names.join(', ')}` };
}
