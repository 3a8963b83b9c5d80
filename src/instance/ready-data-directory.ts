import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { initdbFolder, observeDataDirectory, readMajor } from './data-directory.ts';
import { type Initialization, runInitdb } from './initdb.ts';
import { markInitialized, moveClusterUp, removeUnfinishedInitialization } from './move-cluster-up.ts';
import { requireExecutable } from './require-executable.ts';

export interface DataDirectoryRequest {
  readonly dataDirectory: string;
  readonly initialization: Initialization;
  readonly hasExtensions: boolean;
  readonly line: (line: string) => void;
  readonly initializing: (isInitializing: boolean) => void;
  readonly stop: AbortSignal;
}

/** extension_control_path came with this version; an older server does not start with it. */
const oldestMajorForExtensions = 18;

/**
 * Makes sure that there is a whole cluster that this configuration can be used with. Gives `interrupted` when a stop was
 * asked for while initdb ran.
 */
export async function readyDataDirectory(request: DataDirectoryRequest): Promise<'ready' | 'interrupted'> {
  const { dataDirectory } = request;
  const observed = observeDataDirectory(dataDirectory);
  switch (observed.kind) {
    case 'cluster':
      if (request.hasExtensions) refuseOldMajor(observed.major, `The cluster in ${dataDirectory}`);
      return 'ready';
    case 'half-moved':
      moveClusterUp(dataDirectory);
      return readyDataDirectory(request);
    case 'foreign':
      throw new ExitError(
        exitCode.configuration,
        `The data folder ${dataDirectory} has "${observed.entry}" in it but no PG_VERSION: neither a cluster nor empty. Give --pgdata a cluster, or an empty folder to make one in.`,
      );
    case 'empty':
      return initialize(request);
  }
}

async function initialize(request: DataDirectoryRequest): Promise<'ready' | 'interrupted'> {
  const { dataDirectory, initialization } = request;
  requireExecutable(initialization.initdb);
  removeUnfinishedInitialization(dataDirectory);
  request.initializing(true);
  const made = `${dataDirectory}/${initdbFolder}`;
  const outcome = await runInitdb(initialization, made, request.line, request.stop);
  request.initializing(false);
  try {
    switch (outcome.kind) {
      case 'done':
        if (request.hasExtensions) refuseOldMajor(readMajor(made) ?? 0, `The server of ${initialization.initdb}`);
        markInitialized(dataDirectory);
        moveClusterUp(dataDirectory);
        return 'ready';
      case 'interrupted':
        return 'interrupted';
      case 'failed':
        throw new ExitError(outcome.code, `initdb failed with exit code ${outcome.code}: ${outcome.message}`);
    }
  } finally {
    removeUnfinishedInitialization(dataDirectory);
  }
}

function refuseOldMajor(major: number, what: string): void {
  if (major >= oldestMajorForExtensions) return;
  throw new ExitError(
    exitCode.configuration,
    `${what} is of PostgreSQL ${major}, and extensions are configured: extension_control_path came with PostgreSQL ${oldestMajorForExtensions}, so an older server would not start. Use PostgreSQL ${oldestMajorForExtensions}, or take the extensions out of the configuration.`,
  );
}
