/** A quantity of Kubernetes, exactly: `digits` times ten to the power of `-9`. */
export interface Quantity {
  readonly nanos: bigint;
}

/**
 * Parses a quantity: `1Gi`, `500m`, `1e3`, `128974848`; undefined if it is none.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string): Quantity | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([A-Za-z]*|[eE][+-]?\d+)$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', unit = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const scale = scaleOf(unit);
  if (scale === undefined || fraction.length > 30) return undefined;
  // What is smaller than a billionth is rounded up.
  const divisor = 10n ** BigInt(fraction.length) * scale.by;
  const scaled = BigInt(`${whole}${fraction}` || '0') * scale.times * 1_000_000_000n;
  const nanos = (scaled + divisor - 1n) / divisor;
  return { nanos: sign === '-' ? -nanos : nanos };
}

/** Negative, zero or positive. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
}

export const zeroQuantity: Quantity = { nanos: 0n };

interface Scale {
  readonly times: bigint;
  readonly by: bigint;
}

function scaleOf(unit: string): Scale | undefined {
  const known = units.get(unit);
  if (known !== undefined) return known;
  const exponent = /^[eE]([+-]?\d{1,2})$/.exec(unit)?.[1];
  return exponent === undefined ? undefined : powerOfTen(Number(exponent));
}

function powerOfTen(exponent: number): Scale {
  return exponent < 0 ? { times: 1n, by: 10n ** BigInt(-exponent) } : { times: 10n ** BigInt(exponent), by: 1n };
}

const units: ReadonlyMap<string, Scale> = new Map([
  ...(['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const).map((unit, index): [string, Scale] => [
    unit,
    powerOfTen((index - 3) * 3),
  ]),
  ...(['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const).map((unit, index): [string, Scale] => [
    unit,
    { times: 1024n ** BigInt(index + 1), by: 1n },
  ]),
]);
