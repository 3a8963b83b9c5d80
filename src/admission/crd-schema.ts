import type { ManifestKind } from '../manifests/manifest.ts';
import schemas from './crd-schemas.json' with { type: 'json' };

/** A part of an OpenAPI schema as Kubernetes uses it: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema */
export interface CrdSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, CrdSchema>>;
  readonly additionalProperties?: boolean | CrdSchema;
  readonly items?: CrdSchema;
  readonly default?: unknown;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
}

/** What the API server holds a document of a kind against; from CloudNativePG's definitions, see crd-schemas.json. */
export function crdSchema(kind: ManifestKind): CrdSchema {
  const all: Readonly<Record<ManifestKind, CrdSchema>> = schemas;
  return all[kind];
}
