// ⚡ Which user will run PostgreSQL.
import { execa } from 'execa';

export interface PostgresUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * As root, PostgreSQL runs as `requested`, else `postgres`, else `nobody`, because it refuses to run as root:
 * https://www.postgresql.org/docs/18/postgres-user.html. `undefined`: as whoever starts the demo.
 */
export async function findPostgresUser(requested: string | undefined): Promise<PostgresUser | undefined> {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const names = requested === undefined ? ['postgres', 'nobody'] : [requested.split(':', 1).join('')];
  for (const name of names) {
    const [uid, gid] = await Promise.all([readId('-u', name), readId('-g', name)]);
    if (uid !== undefined && gid !== undefined) {
      return { name, uid, gid };
    }
  }
  return undefined;
}

async function readId(option: '-u' | '-g', name: string): Promise<number | undefined> {
  const { exitCode, stdout } = await execa('id', [option, '--', name], { reject: false, stdin: 'ignore' });
  return exitCode === 0 ? Number(stdout) : undefined;
}

/** Asks the kernel rather than the mode bits: every parent folder counts, and so do ACLs. */
export async function canEnterFolder(user: PostgresUser, folder: string): Promise<boolean> {
  const { exitCode } = await execa('/bin/sh', ['-c', 'test -x "$1"', 'sh', folder], {
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
    reject: false,
    stdin: 'ignore',
  });
  return exitCode === 0;
}
