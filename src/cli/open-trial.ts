import { existsSync } from 'node:fs';
import type { Client } from 'pg';
import { postmasterEnvironment } from '../environment/postmaster-environment.ts';
import type { ImageFolders } from '../image-volume/observe-image-volume.ts';
import { systemClock } from '../lib/clock.ts';
import { openTrialSession } from '../server/connection.ts';
import { extensionPaths } from '../settings/extension-paths.ts';
import { mappedFiles, realPath } from '../verification/mapped-files.ts';
import { privateServer } from '../verification/private-server.ts';
import { runTestFile } from '../verification/run-test-file.ts';
import type { Trial } from '../verification/trial.ts';
import { findProgram } from './find-bin-directory.ts';
import type { Prepared } from './verify-surroundings.ts';

export interface TrialRequest {
  readonly prepared: Prepared;
  /** What the server is to search, in this order. */
  readonly images: readonly ImageFolders[];
  /** Variables of each image, by its folder. */
  readonly env: ReadonlyMap<string, readonly { readonly name: string; readonly value: string }[]>;
  readonly preload: readonly string[];
  readonly configured: Readonly<Record<string, string>>;
  readonly given: ReadonlyMap<string, string>;
  readonly timeoutMs: number;
  readonly stop: AbortSignal;
}

/** A server on the cluster, with the images on its paths and their variables in its environment; it does not run yet. */
export function openTrial(request: TrialRequest): Trial {
  const { prepared, images, stop, timeoutMs } = request;
  const { work, server: found } = prepared;
  const { variables } = postmasterEnvironment(
    prepared.environment,
    images.map((image) => ({ ...image, env: request.env.get(image.mountPath) ?? [] })),
  );
  const server = privateServer({
    binDirectory: found.binDirectory,
    work,
    settings: {
      socketFolder: work.socketFolder,
      paths: extensionPaths(images, {}),
      configured: request.configured,
      given: request.given,
    },
    environment: variables,
    stop,
  });
  const beside = `${found.binDirectory}/psql`;
  const psql = existsSync(beside) ? beside : findProgram(prepared.environment['PATH'], 'psql');
  const withSession = async <T>(database: string, use: (client: Client) => Promise<T>): Promise<T> => {
    const client = await openTrialSession(server.address, database, timeoutMs);
    try {
      return await use(client);
    } finally {
      await closeSession(client);
    }
  };
  const runner = { address: server.address, environment: prepared.environment, psql, timeoutMs, stop, withSession };
  return {
    server,
    openSession: openTrialSession,
    closeSession,
    mappedFiles,
    realPath,
    runTest: (file, database) => runTestFile(runner, file, database),
    clock: systemClock,
    stop,
    timeoutMs,
    preload: request.preload,
    stuckDatabases: 0,
  };
}

const closeWithinMs = 1_000;

/** One that is broken, or whose server does not answer, has nothing left to say. */
async function closeSession(client: Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), systemClock.sleep(closeWithinMs)]);
}
