/** Where glibc looks last. */
export interface DefaultFolders {
  readonly folders: readonly string[];
  /** What `$LIB` stands for. */
  readonly libToken: string;
}

/** Those of most distributions: /lib64 where 64 bit is kept apart, and a folder for each machine on Debian. */
const usual: DefaultFolders = { folders: ['/lib64', '/usr/lib64', '/lib', '/usr/lib'], libToken: 'lib64' };

/** More of it than any loader has. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Distributions decide when they build glibc, and only its loader knows: it has the folders one behind the other, each with
 * a slash at its end (system_dirs, elf/dl-load.c). `loader` is the bytes of the file, `/lib64/ld-linux-x86-64.so.2`.
 */
export function defaultFolders(loader: Buffer): DefaultFolders {
  const texts = loader.toString('latin1', 0, mostBytes).split('\0');
  const start = texts.findIndex((text, index) => isFolder(text) && isFolder(texts[index + 1] ?? ''));
  if (start < 0) return usual;
  const end = texts.findIndex((text, index) => index > start && !isFolder(text));
  const folders = texts.slice(start, end < 0 ? undefined : end).map((text) => text.slice(0, -1));
  return { folders, libToken: (folders[0] ?? '').replace(/^\/(?:usr\/)?/, '') };
}

function isFolder(text: string): boolean {
  return text.length < 4096 && /^\/[\w./+-]*lib[\w./+-]*\/$/.test(text);
}

/** /etc/ld-musl-x86_64.path, which stands for all folders if it is there; undefined: it is not. */
export function muslFolders(pathFile: string | undefined): readonly string[] {
  if (pathFile === undefined) return ['/lib', '/usr/local/lib', '/usr/lib'];
  return pathFile.split(/[:\n]/).filter((folder) => folder !== '');
}
