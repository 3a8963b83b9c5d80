import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ExitError, errorCode } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';

const library = 'libnss_wrapper.so';

/** A library that gives the user a name (https://cwrap.org/nss_wrapper.html), for those who have none. */
export type UserName = { readonly kind: 'known' } | { readonly kind: 'wrapped'; readonly library: string };

/**
 * Orchestrators give a container any uid. initdb and `postgres --single` ask for its name, and end when there is none;
 * the postmaster does not. Throws when there is neither a name nor the library.
 */
export function observeUserName(programDirectory: string, uid: number): UserName {
  if (hasName()) return { kind: 'known' };
  const found = [programDirectory, ...systemFolders()].map((folder) => join(folder, library)).find(existsSync);
  if (found !== undefined) return { kind: 'wrapped', library: found };
  throw new ExitError(
    exitCode.system,
    `There is no user with uid ${uid} in /etc/passwd, which initdb needs, and no ${library} beside the program or in /usr/lib to make up for it: install libnss-wrapper, or run as a user who has an entry.`,
  );
}

/** What a program has to have in its environment; the files that belong to it are written to `folder`. */
export function environmentWithName(
  userName: UserName,
  folder: string,
  owner: { readonly uid: number; readonly gid: number },
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (userName.kind === 'known') return environment;
  const [passwd, group] = [join(folder, 'passwd'), join(folder, 'group')];
  writeFileSync(passwd, `postgres:x:${owner.uid}:${owner.gid}:PostgreSQL:/:/bin/false\n`, { mode: 0o600 });
  writeFileSync(group, `postgres:x:${owner.gid}:\n`, { mode: 0o600 });
  const preload = environment['LD_PRELOAD'];
  return {
    ...environment,
    LD_PRELOAD: preload === undefined ? userName.library : `${userName.library}:${preload}`,
    NSS_WRAPPER_PASSWD: passwd,
    NSS_WRAPPER_GROUP: group,
  };
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch (error) {
    if (errorCode(error) === 'ERR_SYSTEM_ERROR' || errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Debian has a folder for each architecture, others have one for each width. */
function systemFolders(): readonly string[] {
  return ['/usr/lib', '/usr/lib64', '/lib'].flatMap((root) => [root, ...subfolders(root)]);
}

function subfolders(root: string): readonly string[] {
  try {
    return readdirSync(root)
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => join(root, name));
  } catch {
    return [];
  }
}
