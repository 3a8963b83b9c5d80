import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PasswdEntry } from '../instance/passwd.ts';
import { giveFolder } from '../instance/prepare-folders.ts';
import { type Credentials, stepDown, userToBecome } from '../instance/step-down.ts';
import { describeError, ExitError, errorCode } from '../lib/errors.ts';
import type { StopRequests } from '../lib/stop-requests.ts';
import {
  copyEmbeddedPostgres,
  type EmbeddedPostgres,
  findEmbeddedPostgres,
  isUsable,
  mayExecute,
} from '../verification/embedded-postgres.ts';
import { type FoundServer, findServer } from '../verification/find-server.ts';
import { makeWorkFolder, type WorkFolder } from '../verification/work-folder.ts';
import { type Subject, unreadableExit } from './choose-subjects.ts';

/** What `verify` needs to know of the process that it is part of. */
export interface VerifySurroundings {
  readonly hasColours: boolean;
  readonly write: (text: string) => void;
  readonly absolute: (path: string) => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly credentials: Credentials;
  /** `x64` */
  readonly arch: string;
  /** The file of the program: the embedded PostgreSQL is looked for from there. */
  readonly program: string;
  /** Where temporary files go. */
  readonly temporaryFolder: string;
  /** Folders with a postgres, the one that counts first. */
  readonly binDirectories: () => readonly string[];
  /** From now on, signals no longer end the process. */
  readonly stopRequests: () => StopRequests;
}

export interface Prepared {
  readonly server: FoundServer;
  readonly work: WorkFolder;
  /** For PostgreSQL and its programs, before the images add to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly absolute: (path: string) => string;
  /** Who we are now, for sentences. */
  readonly user: string;
}

/** Finds a server, makes the folder to work in, and gives root up: PostgreSQL does not run as root. */
export async function prepareVerification(
  flags: { readonly binDir?: string; readonly user?: string },
  surroundings: VerifySurroundings,
): Promise<Prepared> {
  const user = userToBecome(surroundings.credentials, flags.user);
  const environment = serverEnvironment(surroundings.environment, user?.home);
  const { given, embedded, server } = await chooseServer(flags.binDir, surroundings, environment);
  // Loaded while the files of the program can be read for sure.
  await import('pg');
  const work = workFolder(surroundings.temporaryFolder, user);
  try {
    const isCopied = embedded !== undefined && !isUsable(embedded, user);
    if (isCopied) copyEmbeddedPostgres(embedded, work.path);
    if (user !== undefined) {
      for (const folder of new Set([work.path, work.socketFolder])) giveFolder(folder, user, 'temporary folder');
      stepDown(surroundings.credentials, user);
    }
    const found = isCopied ? await findServer([`${work.path}/native/bin`], environment) : server;
    if (found === undefined || 'passedOver' in found) throw noServer(given, found?.passedOver ?? []);
    const name = user === undefined ? 'you' : user.name || `uid ${user.uid}`;
    return { server: found, work, environment, absolute: surroundings.absolute, user: name };
  } catch (error) {
    work.remove();
    throw error;
  }
}

interface ChosenServer {
  readonly given: string | undefined;
  readonly server: Awaited<ReturnType<typeof findServer>>;
  /** It is the one that is to be used. */
  readonly embedded?: EmbeddedPostgres;
}

/** The one that was given; else the first that is new enough; else the one that came with npm. */
async function chooseServer(
  binDir: string | undefined,
  surroundings: VerifySurroundings,
  environment: Readonly<Record<string, string>>,
): Promise<ChosenServer> {
  const given = binDir === undefined ? undefined : surroundings.absolute(binDir);
  const server = await findServer(given === undefined ? surroundings.binDirectories() : [given], environment);
  if (!('passedOver' in server)) return { given, server };
  if (given !== undefined) throw noServer(given, server.passedOver);
  const embedded = findEmbeddedPostgres(dirname(surroundings.program), surroundings.arch);
  if (embedded === undefined) throw noServer(given, server.passedOver);
  return { given, server: await findServer([`${embedded.nativeFolder}/bin`], environment), embedded };
}

function noServer(
  given: string | undefined,
  passedOver: readonly { readonly folder: string; readonly why: string }[],
): ExitError {
  const found = passedOver.map(({ folder, why }) => `${folder}/postgres ${why}`).join(', ');
  const message =
    given === undefined
      ? `error: there is no PostgreSQL 18 here${found === '' ? '' : ` (${found})`}: put its bin folder on the PATH, name it with --bin-dir, or run npm ci without --omit=optional in a checkout of this program.`
      : `error: --bin-dir has to be the bin folder of a PostgreSQL 18 or newer: ${found}.`;
  return new ExitError(unreadableExit, message);
}

/** Nothing in it is to lead PostgreSQL or psql elsewhere: https://www.postgresql.org/docs/18/libpq-envars.html */
function serverEnvironment(
  environment: VerifySurroundings['environment'],
  home: string | undefined,
): Readonly<Record<string, string>> {
  const own = Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    value === undefined || /^(PG|LC_|LANG|NODE_|npm_)/.test(name) ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(own), LC_ALL: 'C', ...(home === undefined ? {} : { HOME: home }) };
}

function workFolder(temporary: string, user: PasswdEntry | undefined): WorkFolder {
  if (user !== undefined && !mayExecute(temporary, user)) {
    throw new ExitError(
      unreadableExit,
      `error: the user ${user.name || user.uid}, as whom PostgreSQL has to run, cannot enter ${temporary}; set TMPDIR to a folder that everybody can enter.`,
    );
  }
  try {
    return makeWorkFolder(temporary);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    const message = `error: no temporary folder can be made in ${temporary}: ${describeError(error)}; set TMPDIR to another.`;
    throw new ExitError(unreadableExit, message);
  }
}

/** By who we are now. */
export function refuseUnreadable(subjects: readonly Subject[], { user }: Prepared): void {
  for (const { mountPath } of subjects) {
    const why = unreadable(mountPath);
    if (why === undefined) continue;
    const as = user === 'you' || !why.endsWith('read') ? '' : ` (as ${user}, the user that PostgreSQL runs as here)`;
    throw new ExitError(unreadableExit, `error: the folder ${mountPath} ${why}${as}.`);
  }
}

function unreadable(path: string): string | undefined {
  if (path.includes(':')) return 'has a colon in its path, which separates folders in settings of PostgreSQL';
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return statSync(path).isDirectory() ? undefined : 'is not a folder';
  } catch (error) {
    switch (errorCode(error)) {
      case 'ENOENT':
        return 'is not there';
      case 'ENOTDIR':
        return 'is not a folder';
      case 'EACCES':
        return 'cannot be read';
      default:
        throw error;
    }
  }
}
