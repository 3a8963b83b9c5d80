import { knownKeys } from '../configuration/known-keys.ts';
import { checkDocuments } from '../configuration/parse-configuration.ts';
import { mapOf, textOf } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { suggestKey } from '../lib/suggest-key.ts';
import { followStatus, imageInfoAt } from '../manifests/follow-status.ts';
import {
  type ClassifiedDocument,
  classifyDocuments,
  cnpgApiVersion,
  cnpgKinds,
  isDatabaseOf,
  type Manifest,
  resourceName,
} from '../manifests/manifest.ts';
import { resolveCluster } from '../manifests/resolve-cluster.ts';
import { admissionWarnings } from './admission-warnings.ts';
import { adviseCatalog } from './advise-catalog.ts';
import { adviseCluster } from './advise-cluster.ts';
import type { UnknownField } from './check-rules.ts';
import type { SchemaCheck } from './check-schema.ts';
import { notSupported, renderField, required } from './field-error.ts';
import { isWebhookOff, refuseManifest } from './refuse-manifest.ts';
import { runWarnings } from './run-warnings.ts';
import { type Advice, placeAdvice, placeError, type ValidationMessage } from './validation-message.ts';

export interface Validation {
  readonly errors: readonly ValidationMessage[];
  readonly warnings: readonly ValidationMessage[];
  /** What was passed over: `Service/name`. */
  readonly unrelated: readonly string[];
  /** `cluster.postgresql.cnpg.io/cluster-example`: those without errors. */
  readonly accepted: readonly string[];
}

/** Holds documents against what CloudNativePG refuses, then against what `run` refuses, then against experience. */
export function validateDocuments(documents: readonly SourceDocument[], checkSchema: SchemaCheck): Validation {
  const classified = classifyDocuments(documents);
  const manifests = classified.flatMap((one) => (one.kind === 'manifest' ? [one.manifest] : []));
  const plain = classified.flatMap((one) => (one.kind === 'plain' && isOurs(one.document) ? [one.document] : []));
  const others = classified.flatMap((one) => (one.kind === 'plain' && !isOurs(one.document) ? [one.document] : []));
  const refused = manifests.map((manifest) => ({ manifest, ...refuseManifest(manifest, checkSchema) }));
  const errors = [
    ...classified.flatMap(refuseUnknown),
    ...refused.flatMap((one) => one.errors.map((error) => placeError(one.manifest.document, error))),
    ...refusePlain(plain),
  ];
  const said = new Set(errors.map(keyOf));
  const warnings = [
    ...refused.flatMap(({ manifest, unknown }) => unknown.map((field) => placeAdvice(unknownField(manifest, field)))),
    ...manifests.flatMap(upstreamWarnings).map(placeAdvice),
    ...runWarnings(
      manifests,
      plain.filter((document) => !isFragment(document)),
    ),
    ...manifests.flatMap((manifest) => adviceFor(manifest, manifests)).map(placeAdvice),
  ].filter((warning) => !said.has(keyOf(warning)));
  return {
    errors,
    warnings: [...new Map(warnings.map((warning) => [`${keyOf(warning)} ${warning.message}`, warning])).values()],
    unrelated: [
      ...classified.flatMap((one) => (one.kind === 'unrelated' ? [one.what] : [])),
      ...others.map(({ file }) => `a document without kind in ${file}`),
    ],
    accepted: [...new Set(refused.flatMap((one) => (one.errors.length === 0 ? [resourceName(one.manifest)] : [])))],
  };
}

function keyOf({ file, line, field }: ValidationMessage): string {
  return `${file}:${line}: ${field}`;
}

/** Documents with the keys of the configuration: `run` alone has a say in them. */
function refusePlain(plain: readonly SourceDocument[]): readonly ValidationMessage[] {
  const fragments = plain.filter(isFragment);
  const own = plain.filter((document) => !isFragment(document));
  return [
    ...fragments.flatMap((document) =>
      ['apiVersion', 'kind']
        .filter((key) => !(key in mapOf(document.value)))
        .map((key) => placeError(document, required([key], ''))),
    ),
    ...checkDocuments(own).problems.map(({ complaint: { found, expected, message }, place }) => ({
      ...{ file: place.file, line: place.line, field: renderField(place.path), type: 'Invalid' as const, value: null },
      message: `found ${found}, expected ${expected}; ${message}`,
    })),
  ];
}

/** Whether a document without kind is meant for this: the values of a chart are not. */
function isOurs(document: SourceDocument): boolean {
  if (isFragment(document) || imageInfoAt(document, []) !== undefined) return true;
  const keys = Object.keys(mapOf(document.value));
  return keys.length === 0 || keys.some((key) => suggestKey(key, ownKeys) !== undefined);
}

const ownKeys = knownKeys([''], {});

/** A part of a manifest, as it is shown in a documentation. */
function isFragment({ value }: SourceDocument): boolean {
  return ['apiVersion', 'metadata', 'spec', 'status'].some((key) => key in mapOf(value));
}

function refuseUnknown(one: ClassifiedDocument): readonly ValidationMessage[] {
  if (one.kind !== 'unknown') return [];
  const { document, key } = one;
  const value = textOf(mapOf(document.value)[key]);
  if (value === '') return [placeError(document, required([key], ''))];
  const supported = key === 'kind' ? cnpgKinds : [cnpgApiVersion];
  return [placeError(document, notSupported([key], value, supported))];
}

function unknownField({ document }: Manifest, { path, known }: UnknownField): Advice {
  const meant = suggestKey(String(path.at(-1)), known);
  const message = `unknown field ${JSON.stringify(renderField(path))}: kubectl refuses it, others drop it without a word`;
  return {
    document,
    path,
    type: 'NotSupported',
    message: meant === undefined ? message : `${message}; did you mean ${meant}?`,
  };
}

function upstreamWarnings({ kind, document }: Manifest): readonly Advice[] {
  const { value } = document;
  const path = ['metadata', 'annotations', 'cnpg.io/validation'];
  const off = isWebhookOff(value) ? [{ document, path, message: webhookOffSentence }] : [];
  if (kind !== 'Cluster') return off;
  return [...off, ...admissionWarnings(mapOf(value)).map((warning) => ({ document, ...warning }))];
}

const webhookOffSentence =
  'validation webhook is disabled — all changes are accepted without validation. This may lead to unsafe or destructive operations. Proceed with extreme caution.';

function adviceFor(manifest: Manifest, all: readonly Manifest[]): readonly Advice[] {
  switch (manifest.kind) {
    case 'Cluster': {
      const catalogs = all.filter(({ kind }) => kind === 'ImageCatalog' || kind === 'ClusterImageCatalog');
      const resolution = followStatus(manifest, resolveCluster(manifest, catalogs));
      const databases = all.filter((one) => one.kind === 'Database' && isDatabaseOf(one, manifest));
      if (resolution.kind === 'failed') return resolution.surprises;
      return [...resolution.surprises, ...adviseCluster(manifest, resolution.requested, databases)];
    }
    case 'ImageCatalog':
    case 'ClusterImageCatalog':
      return adviseCatalog(manifest);
    case 'Database':
      return [];
  }
}
