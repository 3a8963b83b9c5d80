/** What Kubernetes refuses in the key of a label: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export function refuseLabelKey(key: string): readonly string[] {
  const parts = key.split('/');
  const [prefix, name] = parts.length === 1 ? [undefined, key] : parts;
  if (parts.length > 2 || name === undefined) {
    return [
      `a valid label key ${keySentence} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  return [...refusePrefix(prefix), ...refuseName(name)].map(([part, sentence]) => `${part} part ${sentence}`);
}

/** What Kubernetes refuses in the value of a label. */
export function refuseLabelValue(value: string): readonly string[] {
  return [
    ...(bytesOf(value) > 63 ? [tooLong(63)] : []),
    ...(value === '' || isLabelText(value) ? [] : [valueSentence]),
  ];
}

type PartSentence = readonly [part: 'prefix' | 'name', sentence: string];

function refusePrefix(prefix: string | undefined): readonly PartSentence[] {
  if (prefix === undefined) return [];
  if (prefix === '') return [['prefix', 'must be non-empty']];
  const isSubdomain = prefix.split('.').every((label) => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(label));
  return [
    ...(bytesOf(prefix) > 253 ? [['prefix', tooLong(253)] as const] : []),
    ...(isSubdomain ? [] : [['prefix', subdomainSentence] as const]),
  ];
}

function refuseName(name: string): readonly PartSentence[] {
  if (name === '') {
    return [
      ['name', 'must be non-empty'],
      ['name', keySentence],
    ];
  }
  return [
    ...(bytesOf(name) > 63 ? [['name', tooLong(63)] as const] : []),
    ...(isLabelText(name) ? [] : [['name', keySentence] as const]),
  ];
}

function isLabelText(text: string): boolean {
  return /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text);
}

function tooLong(bytes: number): string {
  return `must be no more than ${bytes} bytes`;
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

const keySentence =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueSentence =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const subdomainSentence =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
