import { statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { ExitError, errorCode } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { observeLockHolder } from '../postmaster/observe-process.ts';

/** A second postmaster on one data folder is the end of the data. */
export function refuseSecondPostmaster(dataDirectory: string): void {
  const holder = observeLockHolder(dataDirectory);
  if (holder.kind === 'postmaster') {
    throw new ExitError(
      exitCode.dataDirectoryInUse,
      `The data folder ${dataDirectory} is in use by a postmaster with pid ${holder.pid}; stop that one first.`,
    );
  }
}

/**
 * Keeps other managers of this data folder away for as long as this process lives, two that start at one moment
 * included. A socket in the abstract namespace (unix(7)) has no file that could be left behind.
 */
export function holdDataDirectory(dataDirectory: string): Promise<void> {
  const { dev, ino } = statSync(dataDirectory);
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const isHeld = errorCode(error) === 'EADDRINUSE';
      const sentence = `The data folder ${dataDirectory} is in use by another manager; stop that one first.`;
      reject(isHeld ? new ExitError(exitCode.dataDirectoryInUse, sentence) : error);
    });
    server.listen({ path: `\0pg-instance-manager/${dev}/${ino}` }, resolve);
    server.unref();
  });
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
