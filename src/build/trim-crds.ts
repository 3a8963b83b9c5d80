import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

// node src/build/trim-crds.ts VERSION CRD.yaml…   from config/crd/bases of CloudNativePG
//
// Makes src/admission/crd-schemas.json: what the API server holds documents against, without texts for people and without the
// parts of the status that are written by the operator.

interface Schema {
  readonly [key: string]: unknown;
}

const kept: ReadonlySet<string> = new Set([
  ...['type', 'items', 'required', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'],
  ...['pattern', 'default', 'additionalProperties', 'properties', 'x-kubernetes-list-map-keys'],
  ...['x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-validations'],
]);

const [version = '', ...files] = process.argv.slice(2);
const kinds = files.map((file) => readKind(parse(readFileSync(file, 'utf8'))));
const target = fileURLToPath(new URL('../admission/crd-schemas.json', import.meta.url));
const lines = kinds.map(([kind, schema]) => `${JSON.stringify(kind)}: ${renderSchema(schema)}`);
writeFileSync(
  target,
  `{\n"origin": ${JSON.stringify(`CloudNativePG ${version}, Apache-2.0`)},\n${lines.join(',\n')}\n}\n`,
);

function readKind(crd: Schema): readonly [string, Schema] {
  const spec = crd['spec'] as {
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
  const { openAPIV3Schema } = spec.versions[0]?.schema ?? { openAPIV3Schema: {} };
  const schema = trim(openAPIV3Schema);
  const properties = schema['properties'] as Record<string, Schema>;
  const status = properties['status'];
  if (status !== undefined) properties['status'] = trimStatus(status);
  return [spec.names.kind, schema];
}

function trimStatus(status: Schema): Schema {
  const { pgDataImageInfo } = status['properties'] as Readonly<Record<string, Schema>>;
  return {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    ...(pgDataImageInfo !== undefined && { properties: { pgDataImageInfo } }),
  };
}

function trim(schema: Schema): Record<string, unknown> {
  const trimmed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!kept.has(key)) continue;
    if (key === 'properties') {
      const properties = Object.entries(value as Readonly<Record<string, Schema>>);
      trimmed[key] = Object.fromEntries(properties.map(([name, one]) => [name, trim(one)]));
    } else if (key === 'items' || (key === 'additionalProperties' && typeof value === 'object')) {
      trimmed[key] = trim(value as Schema);
    } else if (key === 'x-kubernetes-validations') {
      // Those that compare with the object before it was changed have nothing to say about a file.
      const rules = (value as readonly { readonly rule: string; readonly message: string }[])
        .filter(({ rule }) => !rule.includes('oldSelf'))
        .map(({ rule, message }) => ({ rule, message }));
      if (rules.length > 0) trimmed[key] = rules;
    } else {
      trimmed[key] = value;
    }
  }
  if (schema['x-kubernetes-int-or-string'] === true) trimmed['type'] = ['integer', 'string'];
  return withoutDefaulted(trimmed);
}

/** What has a default is there when the rest is looked at. */
function withoutDefaulted(schema: Record<string, unknown>): Record<string, unknown> {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const required = (schema['required'] ?? []) as readonly string[];
  const open = required.filter((name) => !('default' in (properties[name] ?? {})));
  const { required: _, ...rest } = schema;
  return open.length > 0 ? { ...rest, required: open } : rest;
}

/** A line for each field of the spec, so that the next version shows what has changed. */
function renderSchema(schema: Schema): string {
  const properties = schema['properties'] as Readonly<Record<string, Schema>>;
  const spec = properties['spec'] ?? {};
  const fields = Object.entries((spec['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  const lines = fields.map(([name, field]) => `    ${JSON.stringify(name)}: ${JSON.stringify(field)}`);
  const marker = '"fields of the spec"';
  const whole = JSON.stringify({
    ...schema,
    properties: { ...properties, spec: { ...spec, properties: 'fields of the spec' } },
  });
  return whole.replace(marker, `{\n${lines.join(',\n')}\n  }`);
}
