import { mapOf } from '../documents/plain-value.ts';
import { type FieldError, invalid, required } from './field-error.ts';

/** The name of a document: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export function checkMetadata(value: unknown): readonly FieldError[] {
  const document = mapOf(value);
  const metadata = mapOf(document['metadata']);
  const { name, generateName } = metadata;
  const path = ['metadata', 'name'];
  if (typeof name !== 'string' || name === '') {
    if (typeof generateName === 'string' && generateName !== '') return [];
    return [required(path, 'name or generateName is required')];
  }
  if (name.length > 253) return [invalid(path, name, 'must be no more than 253 bytes')];
  const isName = name.split('.').every((label) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(label));
  return isName ? [] : [invalid(path, name, subdomainSentence)];
}

const subdomainSentence =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
