import { rmSync, statSync } from 'node:fs';
import { postmasterEnvironment } from '../environment/postmaster-environment.ts';
import type { Logger } from '../lib/logger.ts';
import { parsePostgresLogLine } from '../postmaster/postmaster-log.ts';
import type { InstanceOptions } from '../reconcile/options.ts';
import type { ConfigurationInForce } from '../reconcile/reconciler.ts';
import type { Attempt } from './attempt-folder.ts';
import { createDatabase } from './create-database.ts';
import type { InitScript } from './init-script.ts';
import { initScriptEnvironment } from './init-script-environment.ts';
import { runInitdb } from './initdb.ts';
import type { NewCluster } from './new-cluster.ts';
import { runInitScript } from './run-init-script.ts';
import type { ProgramEnd } from './run-program.ts';
import { type TemporaryServer, withTemporaryServer } from './temporary-server.ts';
import { environmentWithName, observeUserName } from './user-without-name.ts';
import { openWorkFolder } from './work-folder.ts';

export interface ClusterRequest {
  readonly instance: InstanceOptions;
  readonly wanted: NewCluster;
  readonly password: string | undefined;
  readonly scripts: readonly InitScript[];
  readonly readConfiguration: () => ConfigurationInForce;
  /** Where a library may be that gives the user a name. */
  readonly programDirectory: string;
  readonly logger: Logger;
  readonly stop: AbortSignal;
}

/** Makes a whole cluster in the folder of an attempt: initdb, the database, the scripts. A failure says which of them. */
export async function makeCluster(request: ClusterRequest, attempt: Attempt): Promise<ProgramEnd> {
  const { instance, wanted, logger, stop } = request;
  const workFolder = openWorkFolder(instance.runDirectory);
  try {
    const owner = statSync(workFolder);
    const userName = observeUserName(request.programDirectory, owner.uid);
    const own = postmasterEnvironment(instance.environment, []).variables;
    const environment = environmentWithName(userName, workFolder, owner, own);
    const file = `${instance.binDirectory}/initdb`;
    const initdb = { file, attempt, workFolder, wanted, password: request.password, environment };
    const made = await runInitdb(initdb, (line) => logger.info({ logger: 'initdb' }, line), stop);
    if (made.kind !== 'done') return named(made, 'initdb');
    const creation = {
      postgres: `${instance.binDirectory}/postgres`,
      dataDirectory: attempt.folder,
      database: wanted.database,
      environment,
    };
    const created = await createDatabase(creation, (line) => tell(logger, line), stop);
    if (created.kind !== 'done') return named(created, `CREATE DATABASE "${wanted.database}"`);
    return await runScripts(request, attempt, workFolder);
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

async function runScripts(request: ClusterRequest, attempt: Attempt, workFolder: string): Promise<ProgramEnd> {
  const { logger } = request;
  for (const { path } of request.scripts.filter(({ kind }) => kind === 'ignored')) {
    logger.info({ logger: 'init-scripts', file: path }, 'ignored: neither .sh nor .sql, .sql.gz, .sql.xz or .sql.zst');
  }
  const scripts = request.scripts.filter(({ kind }) => kind !== 'ignored');
  if (scripts.length === 0) return { kind: 'done' };
  const options = { ...request.instance, dataDirectory: attempt.folder };
  return withTemporaryServer({ ...request, options, socketFolder: workFolder }, (server) =>
    runInOrder(request, scripts, environmentOf(request, server, attempt, workFolder)),
  );
}

async function runInOrder(
  { logger, stop }: ClusterRequest,
  scripts: readonly InitScript[],
  environment: Readonly<Record<string, string>>,
): Promise<ProgramEnd> {
  for (const script of scripts) {
    const from = { logger: 'init-scripts', file: script.path };
    logger.info(from, 'running');
    const end = await runInitScript(script, environment, (line) => logger.info(from, line), stop);
    if (end.kind !== 'done') return named(end, `The init script ${script.path}`);
  }
  return { kind: 'done' };
}

function environmentOf(
  { instance, wanted, password }: ClusterRequest,
  server: TemporaryServer,
  attempt: Attempt,
  socketFolder: string,
): Readonly<Record<string, string>> {
  const place = { socketFolder, port: server.port, dataDirectory: attempt.folder, binDirectory: instance.binDirectory };
  return initScriptEnvironment(server.environment, instance.environment, wanted, password, place);
}

function tell(logger: Logger, line: string): void {
  const { level, text } = parsePostgresLogLine(line);
  logger[level]({ logger: 'postgres' }, text);
}

function named(end: ProgramEnd, what: string): ProgramEnd {
  if (end.kind !== 'failed') return end;
  return { ...end, message: `${what} failed with exit code ${end.code}: ${end.message}` };
}
