import { existsSync, readFileSync, statSync } from 'node:fs';
import { describeError, ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';
import { requireExecutable } from '../lib/require-executable.ts';
import { withoutLineEnds } from '../lib/without-line-ends.ts';
import { type InstanceOptions, rememberedFile } from '../reconcile/options.ts';
import { type Attempt, markInitialized, openAttempt, removeAttempts } from './attempt-folder.ts';
import { isTrusting, refusalOfNewCluster } from './check-new-cluster.ts';
import { type DataDirectory, observeDataDirectory, readMajor } from './data-directory.ts';
import type { ClusterRequest } from './make-cluster.ts';
import { moveClusterUp } from './move-cluster-up.ts';
import type { NewCluster } from './new-cluster.ts';
import { observeInitScripts } from './observe-init-scripts.ts';
import { refuseOlderLayout } from './refuse-older-layout.ts';
import { refuseUnusableCluster } from './refuse-unusable-cluster.ts';
import { refuseUsedWalFolder } from './wal-folder.ts';

export interface DataDirectoryRequest extends Omit<ClusterRequest, 'password' | 'scripts'> {
  readonly hasExtensions: boolean;
  readonly initializing: (isInitializing: boolean) => void;
  /** PostgreSQL runs on it already. */
  readonly isRunning: boolean;
}

/** extension_control_path came with this version; an older server does not start with it. */
const oldestMajorForExtensions = 18;

/**
 * Makes sure that there is a whole cluster that this configuration can be used with. Gives `interrupted` when a stop was
 * asked for meanwhile.
 */
export async function readyDataDirectory(request: DataDirectoryRequest): Promise<'ready' | 'interrupted'> {
  const { dataDirectory } = request.instance;
  const observed = observedDataDirectory(dataDirectory);
  switch (observed.kind) {
    case 'cluster':
      if (request.hasExtensions) refuseOldMajor(observed.major, `The cluster in ${dataDirectory}`);
      if (!request.isRunning) refuseUnusableCluster(dataDirectory);
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

function observedDataDirectory(path: string): DataDirectory {
  try {
    return observeDataDirectory(path);
  } catch (error) {
    throw new ExitError(
      exitCode.system,
      `The data folder ${path} cannot be read: ${describeError(error)}. It has to belong to the user who runs PostgreSQL.`,
    );
  }
}

/** What can be refused is refused before anything is made. */
async function initialize(request: DataDirectoryRequest): Promise<'ready' | 'interrupted'> {
  const { instance, wanted, logger } = request;
  const { dataDirectory } = instance;
  const password = passwordOf(wanted);
  const refusal = refusalOfNewCluster(wanted, password);
  if (refusal !== undefined) throw new ExitError(exitCode.configuration, refusal);
  refuseOlderLayout(dataDirectory);
  refuseLostVolume(instance);
  requireExecutable(`${instance.binDirectory}/initdb`);
  const scripts = observeInitScripts(wanted.initScripts);
  await removeAttempts(dataDirectory, wanted.walDirectory);
  if (wanted.walDirectory !== undefined) refuseUsedWalFolder(wanted.walDirectory);
  if (isTrusting(wanted)) {
    logger.warn(
      'Whoever reaches this server may log in as anybody without a password, because the new cluster is made with trust for hosts; this is not for production.',
    );
  }
  request.initializing(true);
  try {
    const attempt = openOwnAttempt(dataDirectory, wanted.walDirectory);
    return await carryOut({ ...request, password, scripts }, attempt);
  } finally {
    await removeAttempts(dataDirectory, wanted.walDirectory);
    request.initializing(false);
  }
}

async function carryOut(
  request: ClusterRequest & DataDirectoryRequest,
  attempt: Attempt,
): Promise<'ready' | 'interrupted'> {
  const { dataDirectory, binDirectory } = request.instance;
  // Loaded only here: most starts find a cluster and must not wait for it.
  const { makeCluster } = await import('./make-cluster.ts');
  const end = await makeCluster(request, attempt);
  switch (end.kind) {
    case 'done':
      if (request.hasExtensions) refuseOldMajor(readMajor(attempt.folder) ?? 0, `The server of ${binDirectory}/initdb`);
      markInitialized(dataDirectory, attempt);
      moveClusterUp(dataDirectory);
      return 'ready';
    case 'interrupted':
      return 'interrupted';
    case 'failed':
      throw new ExitError(end.code, end.message);
  }
}

/** The run folder lives as long as the pod or the container: in it, a PostgreSQL has run on a cluster that is not there now. */
function refuseLostVolume(instance: InstanceOptions): void {
  const record = rememberedFile(instance);
  if (!existsSync(record)) return;
  throw new ExitError(
    exitCode.configuration,
    `The data folder ${instance.dataDirectory} is empty, but PostgreSQL has already run here, as ${record} tells: its volume seems to be gone, and a new cluster would look as if all data were lost. Mount it again; if a new cluster is wanted, remove that file.`,
  );
}

function openOwnAttempt(dataDirectory: string, walDirectory: string | undefined): Attempt {
  const attempt = opened(dataDirectory, walDirectory);
  const [outer, inner] = [statSync(dataDirectory).uid, statSync(attempt.folder).uid];
  if (outer === inner) return attempt;
  throw new ExitError(
    exitCode.system,
    `The data folder ${dataDirectory} belongs to the user with uid ${outer} and PostgreSQL is to run with uid ${inner}, which it refuses; give --pgdata a folder below it, which will be made.`,
  );
}

function opened(dataDirectory: string, walDirectory: string | undefined): Attempt {
  try {
    return openAttempt(dataDirectory, walDirectory);
  } catch (error) {
    throw new ExitError(exitCode.system, `No cluster can be made in ${dataDirectory}: ${describeError(error)}.`);
  }
}

function passwordOf({ passwordFile, password }: NewCluster): string | undefined {
  if (passwordFile === undefined) return password;
  try {
    const text = withoutLineEnds(readFileSync(passwordFile, 'utf8'));
    if (text !== '') return text;
  } catch (error) {
    throw new ExitError(exitCode.configuration, `The password file cannot be read: ${describeError(error)}.`);
  }
  throw new ExitError(exitCode.configuration, `The password file ${passwordFile} is empty.`);
}

function refuseOldMajor(major: number, what: string): void {
  if (major >= oldestMajorForExtensions) return;
  throw new ExitError(
    exitCode.configuration,
    `${what} is of PostgreSQL ${major}, and extensions are configured: extension_control_path came with PostgreSQL ${oldestMajorForExtensions}, so an older server would not start. Use PostgreSQL ${oldestMajorForExtensions}, or take the extensions out of the configuration.`,
  );
}
