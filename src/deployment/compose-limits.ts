/** Limits of Kubernetes in Compose's words; what has none there is left out. */
export function composeLimits({ cpu, memory }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const cpus = cpu === undefined ? undefined : composeCpus(cpu);
  const bytes = memory === undefined ? undefined : composeBytes(memory);
  return { ...(cpus !== undefined && { cpus }), ...(bytes !== undefined && { mem_limit: bytes }) };
}

function composeCpus(quantity: string): string | undefined {
  const [, digits = '', milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity) ?? [];
  if (digits === '') return undefined;
  return milli === 'm' ? String(Number(digits) / 1000) : digits;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const bytesOf: Readonly<Record<string, number>> = {
  '': 1,
  ...{ k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 },
};

/** Compose's units are powers of 1024 whatever they are called, so a power of 1000 is written in bytes. */
function composeBytes(quantity: string): string | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([kMGTP]i?|Ki|)$/.exec(quantity) ?? [];
  const factor = bytesOf[unit];
  if (digits === '' || factor === undefined) return undefined;
  const bytes = Math.ceil(Number(digits) * factor);
  for (const [power, letter] of [[3, 'g'] as const, [2, 'm'] as const, [1, 'k'] as const]) {
    if (bytes % 1024 ** power === 0) return `${bytes / 1024 ** power}${letter}`;
  }
  return `${bytes}b`;
}
