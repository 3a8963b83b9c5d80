import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Step } from '../documents/complaint.ts';
import { valueAt } from '../documents/plain-value.ts';
import type { ManifestKind } from '../manifests/manifest.ts';
import { crdSchema } from './crd-schema.ts';
import { type FieldError, invalid, notSupported, renderField, required } from './field-error.ts';

export type SchemaCheck = (kind: ManifestKind, value: unknown) => readonly FieldError[];

/** Makes what holds documents against the schemas of their kinds, in the words of the API server. Compiles each schema once, when it is needed. */
export function schemaChecker(): SchemaCheck {
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, verbose: true });
  const compiled = new Map<ManifestKind, ValidateFunction>();
  return (kind, value) => {
    const validate = compiled.get(kind) ?? ajv.compile(crdSchema(kind));
    compiled.set(kind, validate);
    return validate(value) ? [] : (validate.errors ?? []).map((error) => explain(error, value));
  };
}

// https://github.com/kubernetes/apiextensions-apiserver/blob/master/pkg/apiserver/validation/validation.go
function explain(error: ErrorObject, root: unknown): FieldError {
  const path = stepsOf(error.instancePath, root);
  const field = renderField(path);
  const { params, data } = error;
  switch (error.keyword) {
    case 'required':
      return required([...path, String(params['missingProperty'])], '');
    case 'type': {
      const wanted = [params['type']].flat().join(' or ');
      const found = typeName(data);
      return invalid(path, found, `${field} in body must be of type ${wanted}: ${JSON.stringify(found)}`);
    }
    case 'enum':
      return notSupported(path, data, [params['allowedValues']].flat().map(String));
    case 'pattern':
      return invalid(path, data, `${field} in body should match '${params['pattern']}'`);
    case 'minLength':
      return invalid(path, data, `${field} in body should be at least ${params['limit']} chars long`);
    case 'maxLength':
      return invalid(path, data, `may not be more than ${params['limit']} bytes`);
    case 'minimum':
      return invalid(path, data, `${field} in body should be greater than or equal to ${params['limit']}`);
    case 'maximum':
      return invalid(path, data, `${field} in body should be less than or equal to ${params['limit']}`);
    case 'minItems':
      return invalid(path, countOf(data), `${field} in body should have at least ${params['limit']} items`);
    case 'maxItems':
      return invalid(path, countOf(data), `must have at most ${params['limit']} items`);
    default:
      return invalid(path, typeName(data), error.message ?? 'is not valid');
  }
}

function stepsOf(pointer: string, root: unknown): readonly Step[] {
  const steps: Step[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    steps.push(Array.isArray(valueAt(root, steps)) ? Number(key) : key);
  }
  return steps;
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function countOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
