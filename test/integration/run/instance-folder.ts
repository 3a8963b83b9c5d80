import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { quoteGucValue } from '../../../src/settings/guc-file.ts';
import { program, type RunningManager, type StartOptions, startManager } from '../../support/running-manager.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createDataDirectory } from '../../support/throwaway-postgres.ts';
import { addImage, carvedServer, type ImageName } from './images.ts';
import { endPostmaster, endWithChildren } from './processes.ts';

export interface InstanceFolderOptions {
  /** The text of `instance.yaml`. */
  readonly configuration?: string;
  /** Images to put into the extensions folder; carved out of the server, which does not have them. */
  readonly images?: readonly ImageName[];
  /** Lines appended to PGDATA's postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** `empty`: an empty folder instead of a cluster. */
  readonly data?: 'cluster' | 'empty';
}

export interface FlagOptions {
  readonly flags?: readonly string[];
  readonly environment?: StartOptions['environment'];
  readonly wrapper?: StartOptions['wrapper'];
  readonly unread?: boolean;
  readonly token?: string;
  readonly binDirectory?: string;
  readonly socketFolder?: string;
}

/** All the folders of one instance; managers can run in it one after the other. `remove` ends what runs in it. */
export interface InstanceFolder extends AsyncDisposable {
  readonly folder: string;
  readonly dataDirectory: string;
  readonly runDirectory: string;
  readonly extensionsDirectory: string;
  readonly configurationDirectory: string;
  readonly binDirectory: string;
  readonly start: (options?: FlagOptions) => RunningManager;
  /** Starts a manager and waits until all is well. */
  readonly startReady: (options?: FlagOptions) => Promise<RunningManager>;
  /** Another command of the program: `status`, `reload`, `restart`. */
  readonly command: (...args: readonly string[]) => Promise<CommandResult>;
  /** Replaces `instance.yaml` by rename, as editors do. */
  readonly writeConfiguration: (text: string) => void;
  /** Lays the configuration out as Kubernetes lays out a ConfigMap, or swaps it as Kubernetes does. */
  readonly swapConfigMap: (text: string) => void;
  /** Writes a file of PGDATA that its owner may read. */
  readonly writeData: (name: string, text: string) => void;
  readonly readData: (name: string) => string;
  readonly remove: () => Promise<void>;
}

export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** For a server that is to start quickly and that nobody outside of the test can disturb. */
const quickSettings = { listen_addresses: '', fsync: 'off', shared_buffers: '16MB', max_connections: '20' };

export async function instanceFolder(options: InstanceFolderOptions = {}): Promise<InstanceFolder> {
  const server = await carvedServer();
  const folder = temporaryFolder('run');
  chmodSync(folder, 0o755);
  const made = options.data === 'empty' ? undefined : createDataDirectory();
  const dataDirectory = made?.dataDirectory ?? join(folder, 'data');
  if (made !== undefined) chmodSync(dirname(dataDirectory), 0o755);
  const configurationDirectory = join(folder, 'config');
  const runDirectory = join(folder, 'run');
  const extensionsDirectory = join(folder, 'extensions');
  for (const one of [configurationDirectory, extensionsDirectory]) mkdirSync(one);
  for (const image of options.images ?? []) await addImage(image, extensionsDirectory);
  const managers: RunningManager[] = [];
  const generation = { number: 0 };

  const writeData: InstanceFolder['writeData'] = (name, text) => {
    const { uid, gid } = statSync(dataDirectory);
    writeFileSync(join(dataDirectory, name), text, { mode: 0o600 });
    chownSync(join(dataDirectory, name), uid, gid);
  };

  const start: InstanceFolder['start'] = (given = {}) => {
    const manager = startManager({
      flags: [
        ...['--config', configurationDirectory, '--pgdata', dataDirectory, '--extensions-dir', extensionsDirectory],
        ...['--run-dir', runDirectory, '--bin-dir', given.binDirectory ?? join(server, 'server/bin')],
        ...(given.flags ?? []),
      ],
      runDirectory,
      socketFolder: given.socketFolder ?? runDirectory,
      // An empty data folder needs a password or this word; tests of that say themselves what they need.
      environment: { ...(made === undefined ? { POSTGRES_HOST_AUTH_METHOD: 'trust' } : {}), ...given.environment },
      ...(given.wrapper === undefined ? {} : { wrapper: given.wrapper }),
      ...(given.token === undefined ? {} : { token: given.token }),
      unread: given.unread ?? false,
    });
    managers.push(manager);
    return manager;
  };

  async function remove(): Promise<void> {
    for (const manager of managers) await endWithChildren(manager);
    await endPostmaster(dataDirectory);
    made?.remove();
    // Tests take permissions away, and a user who is not root needs them.
    await execa('chmod', ['-R', 'u+rwX', folder], { reject: false });
    rmSync(folder, { recursive: true, force: true });
  }

  const place: InstanceFolder = {
    folder,
    dataDirectory,
    runDirectory,
    extensionsDirectory,
    configurationDirectory,
    binDirectory: join(server, 'server/bin'),
    start,
    startReady: async (given) => {
      const manager = start(given);
      await manager.ready();
      return manager;
    },
    command: async (...args) => {
      const { exitCode, stdout, stderr } = await execa(
        process.execPath,
        [program, ...args, '--run-dir', runDirectory],
        {
          reject: false,
          stdin: 'ignore',
        },
      );
      return { exitCode, stdout, stderr };
    },
    writeConfiguration: (text) => {
      writeFileSync(join(folder, 'new.yaml'), text);
      renameSync(join(folder, 'new.yaml'), join(configurationDirectory, 'instance.yaml'));
    },
    swapConfigMap: (text) => {
      generation.number += 1;
      swap(configurationDirectory, generation.number, text);
    },
    writeData,
    readData: (name) => readFileSync(join(dataDirectory, name), 'utf8'),
    remove,
    [Symbol.asyncDispose]: remove,
  };
  place.writeConfiguration(options.configuration ?? '');
  if (made !== undefined) addSettings(dataDirectory, { ...quickSettings, ...options.settings });
  return place;
}

/** A folder with a program called `postgres` that is a shell script; it is not asked whether settings are right. */
export function standInForPostgres(place: Pick<InstanceFolder, 'folder'>, script: string): string {
  const binDirectory = join(place.folder, 'stand-in');
  mkdirSync(binDirectory, { recursive: true });
  const text = `#!/bin/sh\ncase " $* " in *" -C "*) exit 0 ;; esac\n${script}\n`;
  writeFileSync(join(binDirectory, 'postgres'), text);
  chmodSync(join(binDirectory, 'postgres'), 0o755);
  return binDirectory;
}

/** Appends lines to PGDATA's own postgresql.conf. */
export function addSettings(dataDirectory: string, settings: Readonly<Record<string, string>>): void {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${quoteGucValue(value)}\n`);
  appendFileSync(join(dataDirectory, 'postgresql.conf'), `\n${lines.join('')}`);
}

function swap(folder: string, generation: number, text: string): void {
  const name = `..generation_${generation}`;
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'instance.yaml'), text);
  symlinkSync(name, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  if (generation === 1) {
    rmSync(join(folder, 'instance.yaml'), { force: true });
    symlinkSync('..data/instance.yaml', join(folder, 'instance.yaml'));
  }
  rmSync(join(folder, `..generation_${generation - 1}`), { recursive: true, force: true });
}
