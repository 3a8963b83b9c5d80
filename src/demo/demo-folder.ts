// ⚡ Makes the folder in which the demo lives.
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, readlink, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { canEnterFolder, type PostgresUser } from './postgres-user.ts';

/** `folder` is absolute and holds no link, or `message` says in a sentence why there is none. */
export type DemoFolder =
  | { readonly kind: 'ready'; readonly folder: string }
  | { readonly kind: 'refused'; readonly message: string };

interface Surroundings {
  /** The checkout's absolute path, links resolved. */
  readonly checkout: string;
  /** A folder that everybody can enter, and that outlives a reboot. */
  readonly sharedFolder: string;
  /** Who will run PostgreSQL, if that is not who starts the demo. */
  readonly user: PostgresUser | undefined;
}

const namePrefix = 'pg-instance-manager-demo-';

/**
 * `.demo` in the checkout: a folder, or a link to one in `sharedFolder` if the user that runs PostgreSQL cannot enter
 * the checkout.
 */
export async function prepareDemoFolder(surroundings: Surroundings): Promise<DemoFolder> {
  const { checkout, sharedFolder, user } = surroundings;
  const link = join(checkout, '.demo');
  if (user === undefined || (await canEnterFolder(user, checkout))) {
    const problem = await removeOldLink(link, sharedFolder, undefined);
    return problem ?? prepareOwnFolder(link);
  }
  const name = createHash('sha256').update(checkout).digest('hex').slice(0, 12);
  const target = join(sharedFolder, `${namePrefix}${name}`);
  const present = await observe(link);
  if (present !== undefined && !present.isSymbolicLink()) {
    return refused(`${link} is not a link, and the user ${user.name} cannot enter ${checkout}: remove ${link}.`);
  }
  const problem = await removeOldLink(link, sharedFolder, target);
  if (problem !== undefined) {
    return problem;
  }
  const prepared = await prepareOwnFolder(target);
  if (prepared.kind === 'ready' && (await observe(link)) === undefined) {
    await symlink(target, link);
  }
  return prepared;
}

/** A link that the demo made for another place of the checkout is removed; a link that someone else made is not. */
async function removeOldLink(
  link: string,
  sharedFolder: string,
  wanted: string | undefined,
): Promise<DemoFolder | undefined> {
  if (!(await observe(link))?.isSymbolicLink()) {
    return undefined;
  }
  const target = await readlink(link);
  if (target === wanted) {
    return undefined;
  }
  if (!target.startsWith(join(sharedFolder, namePrefix))) {
    return refused(`${link} is a link to ${target}, which the demo did not make: remove it or rename it.`);
  }
  await unlink(link);
  return undefined;
}

/**
 * In a folder for everybody, anybody could have put something under this name: it is used only if it is a folder that
 * belongs to who starts the demo, and that nobody else can write to.
 */
async function prepareOwnFolder(folder: string): Promise<DemoFolder> {
  const uid = process.getuid?.() ?? -1;
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') {
      throw error;
    }
  });
  const stats = await lstat(folder);
  if (!stats.isDirectory()) {
    return refused(`${folder} has to be a folder, and it is not one: remove it.`);
  }
  if (stats.uid !== uid) {
    const message = `${folder} belongs to the user with uid ${stats.uid}, and you are uid ${uid}: start the demo as that user, or remove the folder.`;
    return refused(message);
  }
  await chmod(folder, 0o755);
  return { kind: 'ready', folder };
}

async function observe(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined);
}

function refused(message: string): DemoFolder {
  return { kind: 'refused', message };
}
