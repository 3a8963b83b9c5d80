// ⚡ Everything that the measurements need, in folders of its own.
import { appendFileSync, chmodSync, constants, copyFileSync, cpSync, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderDemoConfiguration } from '../../src/demo/demo-configuration.ts';
import { findEmbeddedPostgres } from '../../src/demo/embedded-postgres.ts';
import { layOutDemo } from '../../src/demo/lay-out-demo.ts';
import { canEnterFolder } from '../../src/demo/postgres-user.ts';
import { postgresUser, temporaryFolder } from '../support/temporary-folder.ts';
import { createDataDirectory, postgresEnvironment } from '../support/throwaway-postgres.ts';
import { type ConfigMap, createConfigMap } from './config-map.ts';
import { type Processes, processes } from './processes.ts';

export interface Workshop {
  readonly folder: string;
  /** As root, somebody else than who built the program, as in production; empty for a normal user. */
  readonly user: { readonly uid?: number; readonly gid?: number };
  /** An executable of Node, and the program, that this user can read. */
  readonly node: string;
  readonly program: string;
  readonly binDirectory: string;
  readonly extensionsDirectory: string;
  readonly postgresVersion: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly processes: Processes;
  /** A cluster with its run folder and configuration; the configuration is the demo's, with four extensions. */
  readonly place: () => Place;
  readonly close: () => Promise<void>;
}

/** Where one instance lives. Everything of it is below `folder`. */
export interface Place {
  readonly folder: string;
  readonly dataDirectory: string;
  readonly runDirectory: string;
  readonly configuration: ConfigMap;
}

export async function openWorkshop(): Promise<Workshop> {
  const source = await findEmbeddedPostgres(process.platform, process.arch);
  if (source.kind === 'not-found') throw new Error(source.message);
  const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
  if (!existsSync(join(dist, 'commands.cache')))
    throw new Error(`${dist} is not complete: make it with npm run build.`);
  const user = postgresUser();
  const folder = temporaryFolder('bench');
  await layOutDemo(source, folder);
  cpSync(dist, join(folder, 'dist'), { recursive: true });
  const node = await executableFor(user, folder);
  const running = processes(user);
  const places: { readonly remove: () => void }[] = [];
  return {
    folder,
    user,
    node,
    program: join(folder, 'dist/pg-instance-manager.cjs'),
    binDirectory: join(folder, 'server/bin'),
    extensionsDirectory: join(folder, 'extensions'),
    postgresVersion: source.postgresVersion,
    environment: postgresEnvironment(),
    processes: running,
    place: () => {
      const data = createDataDirectory();
      places.push(data);
      return layOutPlace(data.dataDirectory);
    },
    close: async () => {
      await running.stopAll();
      for (const place of places) place.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The checkout, and Node in it, may lie where the user cannot go. */
async function executableFor(user: Workshop['user'], folder: string): Promise<string> {
  const { uid, gid } = user;
  if (uid === undefined || gid === undefined) return process.execPath;
  if (await canEnterFolder({ name: String(uid), uid, gid }, dirname(process.execPath))) return process.execPath;
  const copy = join(folder, 'node');
  copyFileSync(process.execPath, copy, constants.COPYFILE_FICLONE);
  chmodSync(copy, 0o755);
  return copy;
}

function layOutPlace(dataDirectory: string): Place {
  // Only the unix socket: no port that somebody else could have.
  appendFileSync(join(dataDirectory, 'postgresql.conf'), "\nlisten_addresses = ''\n");
  const folder = dirname(dataDirectory);
  return {
    folder,
    dataDirectory,
    runDirectory: join(folder, 'run'),
    configuration: createConfigMap(join(folder, 'config'), renderDemoConfiguration()),
  };
}
