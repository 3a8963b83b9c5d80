import { statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { InitLink } from '../init/init-link.ts';
import { ExitError, errorCode } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import type { Logger } from '../lib/logger.ts';
import { observeLockHolder, observeOrphan } from '../postmaster/observe-process.ts';

/**
 * A second postmaster on one data folder is the end of the data. The one of a manager that has died can be taken on: its
 * pid.
 */
export function orphanOrNobody(dataDirectory: string, settingsFile: string): number | undefined {
  const holder = observeLockHolder(dataDirectory);
  if (holder.kind !== 'postmaster') return undefined;
  const orphan = observeOrphan(dataDirectory, settingsFile);
  if (orphan !== undefined) return orphan;
  throw new ExitError(
    exitCode.dataDirectoryInUse,
    `The data folder ${dataDirectory} is in use by a postmaster with pid ${holder.pid}; stop that one first.`,
  );
}

/**
 * Keeps other managers of this data folder away for as long as this process lives, two that start at one moment
 * included. The lock that an init takes keeps those of other containers away, too.
 */
export async function holdDataDirectory(
  dataDirectory: string,
  init: InitLink | undefined,
  logger: Logger,
): Promise<void> {
  const lock = await init?.lock(dataDirectory);
  if (lock === 'busy') throw isHeldByAnother(dataDirectory);
  if (lock === 'unlockable') {
    logger.warn({ dataDirectory }, 'the data folder cannot be locked on this file system; keep other containers away');
  }
  await listenInItsName(dataDirectory);
}

/** A socket in the abstract namespace (unix(7)) has no file that could be left behind. */
function listenInItsName(dataDirectory: string): Promise<void> {
  const { dev, ino } = statSync(dataDirectory);
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const isHeld = errorCode(error) === 'EADDRINUSE';
      reject(isHeld ? isHeldByAnother(dataDirectory) : error);
    });
    server.listen({ path: `\0pg-instance-manager/${dev}/${ino}` }, resolve);
    server.unref();
  });
}

function isHeldByAnother(dataDirectory: string): ExitError {
  const sentence = `The data folder ${dataDirectory} is in use by another manager; stop that one first.`;
  return new ExitError(exitCode.dataDirectoryInUse, sentence);
}

/** A socket that somebody answers on must not be taken away from him; one that was left behind may. */
export async function refuseSecondManager(controlSocket: string): Promise<void> {
  if (await isAnswered(controlSocket)) {
    throw new ExitError(
      exitCode.dataDirectoryInUse,
      `Another manager answers on ${controlSocket}; stop that one first, or give --run-dir a folder of its own.`,
    );
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
