import { connect } from 'node:net';
import { ExitError } from '../lib/errors.ts';
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
