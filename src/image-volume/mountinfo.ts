/** One mount of /proc/self/mountinfo, as far as an image volume is concerned. */
export interface Mount {
  readonly mountPoint: string;
  /** Of the mount or of the file system under it, which may have stopped writing by itself: each makes a write fail. */
  readonly readOnly: boolean;
  readonly noexec: boolean;
  /** The type: `overlay`, `tmpfs`, `ext4`. */
  readonly fileSystem: string;
}

/**
 * Reads /proc/self/mountinfo. A line that is not of its format is passed over: the kernel may add fields, and the
 * optional ones before the `-` vary in number. https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
 */
export function parseMountInfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => parseLine(line) ?? []);
}

/** The mount at exactly this path; of several on top of each other the last one is what is seen. */
export function findMount(mounts: readonly Mount[], path: string): Mount | undefined {
  return mounts.findLast((mount) => mount.mountPoint === path);
}

/** After an error of the disk, newer kernels leave ext4 `rw`, and write the second one beside it. */
const readOnlyOptions: ReadonlySet<string> = new Set(['ro', 'emergency_ro']);

/** The mount that a folder is on. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  const above = mounts.filter(({ mountPoint }) => `${path}/`.startsWith(mountPoint === '/' ? '/' : `${mountPoint}/`));
  const longest = Math.max(...above.map(({ mountPoint }) => mountPoint.length));
  return above.findLast(({ mountPoint }) => mountPoint.length === longest);
}

function parseLine(line: string): Mount | undefined {
  const fields = line.split(' ');
  const separator = fields.indexOf('-', 6);
  const [, , , , mountPoint, options] = fields;
  const [fileSystem, , superOptions] = fields.slice(separator + 1);
  if (separator === -1 || mountPoint === undefined || options === undefined || fileSystem === undefined)
    return undefined;
  const mountOptions = options.split(',');
  return {
    mountPoint: unescapeOctal(mountPoint),
    readOnly:
      mountOptions.includes('ro') || (superOptions ?? '').split(',').some((option) => readOnlyOptions.has(option)),
    noexec: mountOptions.includes('noexec'),
    fileSystem: unescapeOctal(fileSystem),
  };
}

/** The kernel writes blanks, backslashes and the like as three octal digits. */
function unescapeOctal(field: string): string {
  return field.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
