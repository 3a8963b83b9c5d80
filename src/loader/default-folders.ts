/** Where glibc looks last. */
export interface DefaultFolders {
  readonly folders: readonly string[];
  /** What `$LIB` stands for. */
  readonly libToken: string;
}

/** Those of most distributions: /lib64 where 64 bit is kept apart, and a folder for each machine on Debian. */
const usual: DefaultFolders = { folders: ['/lib64', '/usr/lib64', '/lib', '/usr/lib'], libToken: 'lib64' };

/**
 * Distributions decide when they build glibc, and only its loader knows: it has the folders one behind the other, each with
 * a slash at its end (system_dirs, elf/dl-load.c). `loader` is the bytes of the file, `/lib64/ld-linux-x86-64.so.2`.
 */
export function defaultFolders(loader: Buffer): DefaultFolders {
  const border = '/\0/';
  for (let at = loader.indexOf(border); at >= 0; at = loader.indexOf(border, at + 1)) {
    const folders = foldersFrom(loader, loader.lastIndexOf(0, at) + 1);
    const [first, second] = folders;
    if (first === undefined || second === undefined) continue;
    return { folders, libToken: first.replace(/^\/(?:usr\/)?/, '') };
  }
  return usual;
}

const mostFolders = 16;
/** Of a path that Linux can open. */
const mostBytes = 4096;

function foldersFrom(loader: Buffer, start: number): readonly string[] {
  const folders: string[] = [];
  for (let at = start; folders.length < mostFolders; ) {
    const end = loader.subarray(at, at + mostBytes).indexOf(0);
    const text = loader.toString('latin1', at, at + Math.max(end, 0));
    if (!/^\/[\w./+-]+\/$/.test(text) || !text.includes('lib')) break;
    folders.push(text.slice(0, -1));
    at += text.length + 1;
  }
  return folders;
}

/** /etc/ld-musl-x86_64.path, which stands for all folders if it is there; undefined: it is not. */
export function muslFolders(pathFile: string | undefined): readonly string[] {
  if (pathFile === undefined) return ['/lib', '/usr/local/lib', '/usr/lib'];
  return pathFile.split(/[:\n]/).filter((folder) => folder !== '');
}
