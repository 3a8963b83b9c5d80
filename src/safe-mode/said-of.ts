import type { Part } from './part.ts';

/**
 * What no setting mends: the disk, the data, the lock, a port that somebody else has.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/init/miscinit.c
 */
const aboutData =
  /No space left on device|Read-only file system|Input\/output error|could not (?:open|create|read|write|access|stat|remove) (?!configuration file).*Permission denied|lock file|pre-existing shared memory block|could not locate a valid checkpoint record|not a valid data directory|has invalid permissions|has wrong ownership|database files are incompatible|could not load \S*pg_(?:hba|ident)\.conf|could not access directory|Address already in use|invalid page|could not open file "(?:global|base|pg_wal|pg_xact|pg_multixact)\//i;

/** https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/init/miscinit.c: CreateSocketLockFile */
const aboutSocketFolder =
  /could not create lock file "[^"]*\/\.s\.PGSQL\.\d+\.lock": (?:No such file or directory|Not a directory|Permission denied)/;

/** Of the file that was given, although the error is in one that it includes. */
const fileErrors = / configuration file ".*" contains errors/;

/** Things that PostgreSQL speaks of without their names. */
const spokenOf: Readonly<Record<string, RegExp>> = {
  ssl: /certificate|private key file|\bSSL\b/,
  listen_addresses: /could not translate host name|could not create any TCP\/IP sockets/,
  unix_socket_directories: aboutSocketFolder,
  huge_pages: /huge pages?\b/,
  io_method: /io_uring/,
};

/** No setting mends it. */
export function isAboutData(line: string): boolean {
  return aboutData.test(line) && !aboutSocketFolder.test(line);
}

/** As a whole word: `max_connections` is not in `superuser_max_connections`. */
export function names(line: string, part: Part): boolean {
  if (part.kind === 'file') return line.includes(part.path) || (fileErrors.test(line) && !line.includes('.auto.conf'));
  if (part.kind === 'lines') return false;
  if (part.kind === 'image') return line.includes(`/${part.name}/`);
  if (part.kind === 'parameter' && spokenOf[part.name]?.test(line) === true) return true;
  const name = part.kind === 'library' ? (part.name.split('/').at(-1) ?? part.name).replace(/\.so$/, '') : part.name;
  return new RegExp(`(?<!\\w)${RegExp.escape(name)}(?!\\w)`, 'i').test(line);
}
