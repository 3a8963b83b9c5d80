import type { Step } from '../documents/complaint.ts';

/** What Kubernetes calls the kinds of mistakes in a field: https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation/field#ErrorType */
export type FieldErrorType = 'Invalid' | 'Duplicate' | 'Forbidden' | 'Required' | 'NotSupported';

/** One thing that the API server or CloudNativePG's webhook refuses in a document. */
export interface FieldError {
  /** As upstream names the field. */
  readonly path: readonly Step[];
  /** Where the document has it, if upstream names another path; the closest thing that exists counts. */
  readonly at?: readonly Step[];
  readonly type: FieldErrorType;
  /** The value that upstream shows; `""` for what is Forbidden or Required. */
  readonly value: unknown;
  /** The sentence after the value; may be empty. */
  readonly message: string;
}

export function invalid(path: readonly Step[], value: unknown, message: string): FieldError {
  return { path, type: 'Invalid', value, message };
}

export function duplicate(path: readonly Step[], value: unknown): FieldError {
  return { path, type: 'Duplicate', value, message: '' };
}

export function forbidden(path: readonly Step[], message: string): FieldError {
  return { path, type: 'Forbidden', value: '', message };
}

export function required(path: readonly Step[], message: string): FieldError {
  return { path, type: 'Required', value: '', message };
}

export function notSupported(path: readonly Step[], value: unknown, supported: readonly string[]): FieldError {
  const values = supported.toSorted().map((one) => JSON.stringify(one));
  return { path, type: 'NotSupported', value, message: `supported values: ${values.join(', ')}` };
}

/** The path as Kubernetes writes it: `spec.postgresql.parameters.pgaudit.log`, `spec.env[0].name`. */
export function renderField(path: readonly Step[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** `spec.imageName: Invalid value: "x:latest": Can't use …` */
export function renderFieldError({ path, type, value, message }: FieldError): string {
  const shown = hasValue[type] ? [`${titles[type]}: ${JSON.stringify(value ?? null)}`] : [titles[type]];
  return [renderField(path), ...shown, ...(message === '' ? [] : [message])].join(': ');
}

const titles = {
  Invalid: 'Invalid value',
  Duplicate: 'Duplicate value',
  Forbidden: 'Forbidden',
  Required: 'Required value',
  NotSupported: 'Unsupported value',
} as const satisfies Record<FieldErrorType, string>;

const hasValue = {
  Invalid: true,
  Duplicate: true,
  Forbidden: false,
  Required: false,
  NotSupported: true,
} as const satisfies Record<FieldErrorType, boolean>;
