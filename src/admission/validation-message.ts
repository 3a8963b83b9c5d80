import type { Step } from '../documents/complaint.ts';
import { valueAt } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { hideSecrets } from '../lib/hide-secrets.ts';
import { looksSecret } from '../lib/looks-secret.ts';
import { type FieldError, type FieldErrorType, renderField, renderFieldError } from './field-error.ts';

/** Something that CloudNativePG refuses, or that is worth a warning. */
export interface ValidationMessage {
  readonly file: string;
  /** From 1; 0 where the whole file is meant. */
  readonly line: number;
  /** `spec.postgresql.extensions[0].name` */
  readonly field: string;
  readonly type: FieldErrorType;
  /** Null where it is `run` that refuses it: the message says what was found. */
  readonly value: unknown;
  /** For an error, upstream's sentence after the value; it may be empty. */
  readonly message: string;
}

/** Advice about a field of a document. */
export interface Advice {
  readonly document: SourceDocument;
  readonly path: readonly Step[];
  readonly type?: FieldErrorType;
  readonly message: string;
}

export function placeError(document: SourceDocument, error: FieldError): ValidationMessage {
  const { file, line } = document.locate(error.at ?? error.path, 'value');
  const { type, message } = error;
  return { file, line, field: renderField(error.path), type, value: withoutSecrets(error.value), message };
}

export function placeAdvice({ document, path, type = 'Invalid', message }: Advice): ValidationMessage {
  const { file, line, path: shown } = document.locate(path, 'value');
  const value = withoutSecrets(valueAt(document.value, path) ?? '');
  return { file, line, field: renderField(shown), type, value, message };
}

/** `cluster.yaml:12: error: spec.imageName: Invalid value: "x:latest": Can't use …` */
export function renderMessage(severity: 'error' | 'warning', shown: ValidationMessage): string {
  const { file, line, field, type, value, message } = shown;
  const place = line > 0 ? `${file}:${line}` : file;
  const sentence =
    severity === 'error' && value !== null
      ? renderFieldError({ path: field === '' ? [] : [field], type, value, message })
      : [...(field === '' ? [] : [field]), message].join(': ');
  return `${place}: ${severity}: ${sentence}`;
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return hideSecrets(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => [
    key,
    typeof one === 'string' && looksSecret(key) ? '…' : withoutSecrets(one),
  ]);
  return Object.fromEntries(entries);
}
