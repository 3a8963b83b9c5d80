/** A file, or a piece of memory, to read from at any place. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** So many bytes from there; undefined where the file does not have them all. */
  readonly read: (offset: number, length: number) => Buffer | undefined;
}

/** Up to so many bytes of a text that ends with a NUL, as a string; undefined outside of the file. */
export function readText(source: ByteSource, offset: number, mostBytes = 4096): string | undefined {
  for (const length of [128, mostBytes]) {
    const bytes = source.read(offset, Math.min(length, Math.max(0, source.size - offset)));
    if (bytes === undefined || bytes.length === 0) return undefined;
    const end = bytes.indexOf(0);
    if (end >= 0) return bytes.toString('utf8', 0, end);
  }
  return undefined;
}
