import { parseQuantity } from '../manifests/quantity.ts';

/** Limits of Kubernetes in Compose's words; what has none there, and what is not above zero, is left out. */
export function composeLimits({ cpu, memory }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const cpus = composeCpus(cpu);
  const bytes = composeBytes(memory);
  return { ...(cpus !== undefined && { cpus }), ...(bytes !== undefined && { mem_limit: bytes }) };
}

/** A quantity as Compose's number of processors, to the thousandth. */
function composeCpus(quantity: string | undefined): string | undefined {
  const milli = whole(quantity, 1_000_000n);
  return milli === undefined ? undefined : String(Number(milli) / 1000);
}

/** A quantity as Compose's number of bytes; its units are powers of 1024 whatever they are called. */
export function composeBytes(quantity: string | undefined): string | undefined {
  const bytes = whole(quantity, 1_000_000_000n);
  if (bytes === undefined) return undefined;
  for (const [size, letter] of [[2n ** 30n, 'g'] as const, [2n ** 20n, 'm'] as const, [2n ** 10n, 'k'] as const]) {
    if (bytes % size === 0n) return `${bytes / size}${letter}`;
  }
  return `${bytes}b`;
}

/** In units of so many billionths, rounded up. */
function whole(quantity: string | undefined, unit: bigint): bigint | undefined {
  const parsed = quantity === undefined ? undefined : parseQuantity(quantity);
  return parsed === undefined || parsed.nanos <= 0n ? undefined : (parsed.nanos + unit - 1n) / unit;
}
