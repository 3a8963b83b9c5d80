import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { observeDataDirectory } from './data-directory.ts';
import { type Initialization, initializeDataDirectory } from './initialize-data-directory.ts';

export interface DataDirectoryRequest {
  readonly initialization: Initialization;
  readonly hasExtensions: boolean;
  readonly line: (line: string) => void;
  readonly initializing: (isInitializing: boolean) => void;
  readonly stop: AbortSignal;
}

/** extension_control_path came with this version; an older server does not start with it. */
const oldestMajorForExtensions = 18;

/** Gives `ready`, or `interrupted` when a stop was asked for while initdb ran. */
export async function readyDataDirectory(request: DataDirectoryRequest): Promise<'ready' | 'interrupted'> {
  const { dataDirectory } = request.initialization;
  const observed = observeDataDirectory(dataDirectory);
  switch (observed.kind) {
    case 'cluster':
      if (observed.major < oldestMajorForExtensions && request.hasExtensions)
        throw tooOld(dataDirectory, observed.major);
      return 'ready';
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
  request.initializing(true);
  const outcome = await initializeDataDirectory(request.initialization, request.line, request.stop);
  request.initializing(false);
  switch (outcome.kind) {
    case 'done':
      return 'ready';
    case 'interrupted':
      return 'interrupted';
    case 'failed':
      throw new ExitError(outcome.code, `initdb failed with exit code ${outcome.code}: ${outcome.message}`);
  }
}

function tooOld(dataDirectory: string, major: number): ExitError {
  return new ExitError(
    exitCode.configuration,
    `The cluster in ${dataDirectory} is of PostgreSQL ${major}, and extensions are configured: extension_control_path came with PostgreSQL ${oldestMajorForExtensions}, so an older server would not start. Upgrade the cluster, or take the extensions out of the configuration.`,
  );
}
