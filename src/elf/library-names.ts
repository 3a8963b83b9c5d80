import type { ByteSource } from './byte-source.ts';

const mostBytes = 64 * 1024 * 1024;

/** Texts in a library that are names of libraries, `libmysqlclient.so`: what dlopen(3) is called with stands nowhere else. */
export function findLibraryNames(source: ByteSource): readonly string[] {
  const bytes = source.size > mostBytes ? undefined : source.read(0, source.size);
  if (bytes === undefined) return [];
  const names = new Set<string>();
  for (let at = bytes.indexOf('\0lib'); at >= 0; at = bytes.indexOf('\0lib', at + 1)) {
    const end = bytes.indexOf(0, at + 1);
    const text = bytes.toString('latin1', at + 1, end < 0 ? at : Math.min(end, at + 256));
    if (/^lib[\w.+-]+\.so(?:\.\d+)*$/.test(text)) names.add(text);
  }
  return [...names];
}
