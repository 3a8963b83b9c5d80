import { mapOf, valueAt } from '../documents/plain-value.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { checkCluster } from './check-cluster.ts';
import { checkDatabase } from './check-database.ts';
import { checkMetadata } from './check-metadata.ts';
import { checkRules, type UnknownField } from './check-rules.ts';
import type { SchemaCheck } from './check-schema.ts';
import { crdSchema } from './crd-schema.ts';
import { type FieldError, renderField } from './field-error.ts';

export interface Refusals {
  readonly errors: readonly FieldError[];
  readonly unknown: readonly UnknownField[];
}

/** All that the API server and CloudNativePG's webhook refuse in a document, each thing once: of the two the webhook explains more. */
export function refuseManifest({ kind, document }: Manifest, checkSchema: SchemaCheck): Refusals {
  const value = pruneNulls(document.value);
  const rules = checkRules(crdSchema(kind), value);
  const schema = [...checkMetadata(value), ...checkSchema(kind, value), ...rules.errors];
  const webhook = isWebhookOff(value) ? [] : webhookErrors(kind, value);
  const explained = new Set(webhook.map(({ path }) => renderField(path)));
  const remaining = schema.filter(({ path, type }) => {
    const field = renderField(path);
    return !explained.has(field) && !(type === 'Duplicate' && explained.has(`${field}.name`));
  });
  return { errors: [...remaining, ...webhook], unknown: rules.unknown };
}

/** https://cloudnative-pg.io/documentation/current/labels_annotations/ */
export function isWebhookOff(value: unknown): boolean {
  return valueAt(value, ['metadata', 'annotations', 'cnpg.io/validation']) === 'disabled';
}

/**
 * The API server takes a key without a value for one that is not there.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting-and-nullable
 */
function pruneNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruneNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(entries.map(([key, one]) => [key, pruneNulls(one)]));
}

function webhookErrors(kind: Manifest['kind'], value: unknown): readonly FieldError[] {
  switch (kind) {
    case 'Cluster':
      return checkCluster(mapOf(value));
    case 'Database':
      return checkDatabase(value);
    // Catalogs have no webhook.
    case 'ImageCatalog':
    case 'ClusterImageCatalog':
      return [];
  }
}
