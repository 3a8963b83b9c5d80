import { sha256 } from '../lib/sha256.ts';
import type { World } from '../reconcile/observe-world.ts';
import type { InstanceOptions } from '../reconcile/options.ts';
import { userConfigFile } from '../reconcile/options.ts';
import type { UserSettings } from '../settings/read-user-settings.ts';
import type { ParameterSource, Part } from './part.ts';

/** These have ways of their own into the server, and none of them keeps it from starting. */
const notParts: ReadonlySet<string> = new Set([
  ...['config_file', 'data_directory', 'extension_control_path', 'dynamic_library_path', 'shared_preload_libraries'],
]);

/** All that a start depends on and that somebody has chosen; of a parameter the value that wins. */
export function partsOf(world: World, options: InstanceOptions, users: UserSettings): readonly Part[] {
  const valuesOf = (settings: UserSettings['settings']): ReadonlyMap<string, string> =>
    new Map([...settings].map(([name, { value }]) => [name, value]));
  // The weakest first: https://www.postgresql.org/docs/18/config-setting.html
  const sources: readonly (readonly [ParameterSource, ReadonlyMap<string, string>])[] = [
    ['postgresql.conf', valuesOf(users.settings)],
    ['the configuration', new Map(Object.entries(world.configuration.parameters))],
    ['ALTER SYSTEM', valuesOf(users.alterSystem)],
    ['the command line', options.serverOptions],
  ];
  const parameters = new Map<string, Part>();
  for (const [from, values] of sources) {
    for (const [given, value] of values) {
      const name = given.toLowerCase();
      if (!notParts.has(name)) parameters.set(name, { kind: 'parameter', name, value, from });
    }
  }
  return [
    ...parameters.values(),
    ...(world.preload?.libraries ?? []).map((name): Part => ({ kind: 'library', name })),
    ...world.images.flatMap(imagePart),
    ...(['file', 'lines'] as const).map((kind): Part => ({ kind, ...usersFile(options, users) })),
  ];
}

function usersFile(options: InstanceOptions, { settings, problems, lost }: UserSettings) {
  return { path: userConfigFile(options), value: sha256(JSON.stringify([[...settings], problems, lost])) };
}

/** Only an image that adds something to the environment of the postmaster has a say in its start. */
function imagePart({ configuration, checked }: World['images'][number]): readonly Part[] {
  const { ldLibraryPath, binPath } = checked.usable;
  if (ldLibraryPath.length + binPath.length + configuration.env.length === 0) return [];
  const value = sha256(JSON.stringify([ldLibraryPath, binPath, configuration.env]));
  return [{ kind: 'image', name: configuration.name, value }];
}
