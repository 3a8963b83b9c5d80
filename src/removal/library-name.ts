/** As PostgreSQL takes the name of a library: `vector.so` and `vector` are one. */
export function libraryName(file: string): string {
  return file.replace(/\.so$/, '');
}
