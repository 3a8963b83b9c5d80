const magic = 'glibc-ld.so.cache1.1';
const headerBytes = 48;
const entryBytes = 24;

/**
 * The paths that /etc/ld.so.cache has for each name, in its order; empty if it is none that is understood. The format is
 * that of sysdeps/generic/dl-cache.h of glibc, which has been the only one written since 2.32.
 */
export function parseLdCache(cache: Buffer): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  const start = cache.indexOf(magic);
  if (start < 0 || start + headerBytes > cache.length) return paths;
  const count = (cache.length - start - headerBytes) / entryBytes;
  const entries = Math.min(cache.readUInt32LE(start + magic.length), Math.floor(count));
  for (let index = 0; index < entries; index += 1) {
    const at = start + headerBytes + index * entryBytes;
    const name = textAt(cache, start + cache.readUInt32LE(at + 4));
    const path = textAt(cache, start + cache.readUInt32LE(at + 8));
    if (name === undefined || path === undefined) continue;
    const known = paths.get(name);
    if (known === undefined) paths.set(name, [path]);
    else known.push(path);
  }
  return paths;
}

function textAt(cache: Buffer, at: number): string | undefined {
  const end = at < cache.length ? cache.indexOf(0, at) : -1;
  return end < 0 ? undefined : cache.toString('utf8', at, end);
}
