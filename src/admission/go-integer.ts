/** The whole number that a text in the decimal system is for Go, if it has 64 bits: https://pkg.go.dev/strconv#ParseInt */
export function goInteger(text: string): bigint | undefined {
  if (!/^[-+]?[0-9]+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : undefined;
}
