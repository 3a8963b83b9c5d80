import { readFileSync } from 'node:fs';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { findUser, type PasswdEntry, parsePasswd } from './passwd.ts';

/** The part of `process` that changes who we are. */
export interface Credentials {
  readonly getuid?: () => number;
  readonly setgid?: (gid: number) => void;
  readonly setgroups?: (groups: readonly number[]) => void;
  readonly initgroups?: (user: string, group: number) => void;
  readonly setuid?: (uid: number) => void;
}

/** Whom root is to become; undefined when the process is not root. PostgreSQL refuses to run as root. */
export function userToBecome(credentials: Credentials, wanted: string | undefined): PasswdEntry | undefined {
  if (credentials.getuid?.() !== 0) return undefined;
  const user = findUser(parsePasswd(readFileSync('/etc/passwd', 'utf8')), wanted);
  if (user === undefined) {
    throw new ExitError(
      exitCode.system,
      wanted === undefined
        ? 'As root, a user for PostgreSQL is needed, and neither "postgres" nor "nobody" is in /etc/passwd; give --user.'
        : `There is no user "${wanted}" in /etc/passwd; give --user another name, a uid, or uid:gid.`,
    );
  }
  if (user.uid === 0)
    throw new ExitError(exitCode.system, 'PostgreSQL does not run as root; give --user another user.');
  return user;
}

/** For good: group, groups, then user, after which there is no way back. */
export function stepDown(credentials: Credentials, user: PasswdEntry): void {
  credentials.setgid?.(user.gid);
  if (user.name === '') credentials.setgroups?.([user.gid]);
  else credentials.initgroups?.(user.name, user.gid);
  credentials.setuid?.(user.uid);
}
