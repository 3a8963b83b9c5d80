/** A file, or a piece of memory, to read from at any place. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** So many bytes from there; undefined where the file does not have them all, and for what is no place in a file. */
  readonly read: (offset: number, length: number) => Buffer | undefined;
}

/** Most names are short; none that Linux can open is longer than PATH_MAX. */
const triedBytes = [64, 4096];

/** A text that ends with a NUL; undefined outside of the file, and for one that is longer than any path can be. */
export function readText(source: ByteSource, offset: number): string | undefined {
  for (const length of triedBytes) {
    const bytes = source.read(offset, Math.min(length, Math.max(0, source.size - offset)));
    if (bytes === undefined) return undefined;
    const end = bytes.indexOf(0);
    if (end >= 0) return bytes.toString('utf8', 0, end);
  }
  return undefined;
}
