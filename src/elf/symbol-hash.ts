/** What loaders look names up by: https://flapenguin.me/elf-dt-gnu-hash. 32 bit. */
export function symbolHash(name: string | Buffer): number {
  return Buffer.from(name).reduce(addToHash, emptyHash);
}

/** Of what stands there up to a NUL; undefined where there is none. */
export function symbolHashAt(strings: Buffer, at: number): number | undefined {
  let hash = emptyHash;
  for (let index = at; index < strings.length; index += 1) {
    const byte = strings[index] ?? 0;
    if (byte === 0) return hash;
    hash = addToHash(hash, byte);
  }
  return undefined;
}

const emptyHash = 5381;

function addToHash(hash: number, byte: number): number {
  return (Math.imul(hash, 33) + byte) >>> 0;
}
