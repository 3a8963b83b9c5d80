import { existsSync } from 'node:fs';
import type { InstanceOptions } from '../reconcile/options.ts';
import { ensureFolder, giveFolder, realFolder } from './prepare-folders.ts';
import type { RunOptions } from './run-options.ts';
import { type Credentials, stepDown, userToBecome } from './step-down.ts';

/**
 * Folders and user, in the only order that works: as root the folders are made and given away, then root is given up.
 * Returns what a pass needs to know; nothing of the configuration was read yet.
 */
export function prepareInstance(
  options: RunOptions,
  credentials: Credentials,
  environment: Readonly<Record<string, string | undefined>>,
  oomScore: number,
): InstanceOptions {
  const user = userToBecome(credentials, options.user);
  ensureFolder(options.dataDirectory, 0o700, 'data folder');
  ensureFolder(options.runDirectory, 0o755, 'run folder');
  // An existing cluster has its WAL, wherever that is.
  const hasCluster = existsSync(`${options.dataDirectory}/PG_VERSION`);
  const walDirectory = hasCluster ? undefined : options.newCluster.walDirectory;
  if (walDirectory !== undefined) ensureFolder(walDirectory, 0o700, 'WAL folder');
  if (user !== undefined) {
    giveFolder(options.dataDirectory, user, 'data folder');
    giveFolder(options.runDirectory, user, 'run folder');
    if (walDirectory !== undefined) giveFolder(walDirectory, user, 'WAL folder');
    stepDown(credentials, user);
  }
  return {
    configuration: options.configuration,
    dataDirectory: realFolder(options.dataDirectory, 'data folder'),
    extensionsDirectory: options.extensionsDirectory,
    binDirectory: options.binDirectory,
    runDirectory: options.runDirectory,
    serverOptions: options.serverOptions,
    environment: user === undefined ? environment : { ...environment, HOME: user.home },
    oomScore,
  };
}
