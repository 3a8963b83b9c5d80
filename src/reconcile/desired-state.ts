import { oomScores } from '../environment/oom-scores.ts';
import { type PostmasterEnvironment, postmasterEnvironment } from '../environment/postmaster-environment.ts';
import type { Finding } from '../lib/finding.ts';
import type { PostmasterLaunch } from '../postmaster/postmaster-process.ts';
import { renderLibraryList } from '../settings/guc-list.ts';
import { type RenderedSettings, renderSettings } from '../settings/render-settings.ts';
import type { World } from './observe-world.ts';
import { type InstanceOptions, settingsFile, userConfigFile } from './options.ts';

/** What follows from the configuration and the disk: the one text, the one environment, the one command line. */
export interface DesiredState {
  readonly settings: RenderedSettings;
  /** Parameters of the text, for looking whether they are what is in force. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly preload: string | undefined;
  readonly environment: PostmasterEnvironment;
  readonly launch: PostmasterLaunch;
  readonly restartPolicy: 'manual' | 'automatic';
  readonly findings: readonly Finding[];
}

/** These reach the server by other ways: the first is included, the others are merged. */
const notPassedOn: ReadonlySet<string> = new Set([
  'config_file',
  'extension_control_path',
  'dynamic_library_path',
  'shared_preload_libraries',
]);

/** `userFile`: values to have instead of the user's own file, which is then not included. */
export function desiredState(
  world: World,
  options: InstanceOptions,
  userFile?: Readonly<Record<string, string>>,
): DesiredState {
  const environment = withOomScores(
    postmasterEnvironment(options.environment, world.images.map(imageEnvironment)),
    options.oomScore,
  );
  const preload = world.preload === undefined ? undefined : renderLibraryList(world.preload.libraries);
  const parameters = desiredParameters(world, preload);
  const settings = renderSettings({
    defaults: { unix_socket_directories: options.runDirectory, ...userFile },
    userConfigFile: userFile === undefined ? userConfigFile(options) : undefined,
    parameters,
  });
  return {
    settings,
    parameters,
    preload,
    environment,
    launch: {
      file: `${options.binDirectory}/postgres`,
      args: [
        '-D',
        options.dataDirectory,
        '-c',
        `config_file=${settingsFile(options)}`,
        ...serverOptions(options, world.preload && renderLibraryList(world.preload.atStart)),
      ],
      environment: environment.variables,
    },
    restartPolicy: world.configuration.restartPolicy,
    findings: [
      ...world.images.flatMap((image) => image.checked.findings),
      ...world.findings,
      ...(world.paths?.findings ?? []),
      ...(world.preload?.findings ?? []),
      ...environment.findings,
    ],
  };
}

/**
 * The command line beats ALTER SYSTEM. For the preload list that costs nothing, it cannot change without a restart
 * anyway; the two paths must stay out of it, or a reload could not change them.
 */
export function serverOptions(options: InstanceOptions, preload: string | undefined): readonly string[] {
  // In a file of the user it would lead the server to another folder than the one that was looked at and locked.
  const dataDirectory = ['data_directory', options.dataDirectory] as const;
  const passed = [dataDirectory, ...[...options.serverOptions].filter(([name]) => !notPassedOn.has(name))];
  const all = preload === undefined ? passed : [...passed, ['shared_preload_libraries', preload] as const];
  return all.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function desiredParameters(world: World, preload: string | undefined): Readonly<Record<string, string>> {
  return {
    ...world.configuration.parameters,
    ...(world.paths === undefined
      ? {}
      : {
          extension_control_path: world.paths.extensionControlPath,
          dynamic_library_path: world.paths.dynamicLibraryPath,
        }),
    ...(preload === undefined ? {} : { shared_preload_libraries: preload }),
  };
}

function imageEnvironment(image: World['images'][number]): Parameters<typeof postmasterEnvironment>[1][number] {
  const { usable } = image.checked;
  return {
    name: usable.name,
    mountPath: usable.mountPath,
    ldLibraryPath: usable.ldLibraryPath,
    binPath: usable.binPath,
    env: image.configuration.env,
  };
}

/** https://www.postgresql.org/docs/18/kernel-resources.html#LINUX-MEMORY-OVERCOMMIT; who set them himself keeps them. */
function withOomScores(environment: PostmasterEnvironment, managerScore: number): PostmasterEnvironment {
  return {
    ...environment,
    variables: {
      PG_OOM_ADJUST_FILE: '/proc/self/oom_score_adj',
      PG_OOM_ADJUST_VALUE: String(oomScores(managerScore).backend),
      ...environment.variables,
    },
  };
}
