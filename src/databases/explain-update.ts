import { showName } from '../lib/show-name.ts';
import type { InstalledExtension } from './database-catalog.ts';
import type { Remark } from './database-plan.ts';
import { howToGetIt } from './explain-availability.ts';
import { extensionIn, highestVersion, listNames, listVersions, versionKey } from './extension-words.ts';
import type { ExtensionInputs } from './plan-extensions.ts';

/** `targets`: what can be reached. https://www.postgresql.org/docs/18/extend-extensions.html#EXTEND-EXTENSIONS-UPDATES */
export function noUpdatePath(
  { name, version }: InstalledExtension,
  wanted: string,
  targets: readonly string[],
  { database, server }: ExtensionInputs,
): Remark {
  const versions = [...(server.available.get(name)?.versions.keys() ?? [])];
  const what = `${extensionIn(name, database)} has version ${showName(version)}, from which no update path leads to ${showName(wanted)}`;
  const unknown = versions.includes(wanted)
    ? ''
    : `, which is not available on this server at all (available: ${versions.length === 0 ? 'none' : listVersions(versions)})`;
  const toDo =
    targets.length === 0
      ? 'no other version can be reached, so keep this one, or mount an image that has the scripts'
      : `reachable: ${listVersions(targets)}; choose one of these, or mount an image that has the scripts`;
  return { reason: 'NoUpdatePath', message: `${what}${unknown}; ${toDo}.` };
}

/** ALTER EXTENSION … UPDATE knows no CASCADE: what the new version requires must be there. */
export function updateNeeds(name: string, version: string, inputs: ExtensionInputs): Remark | undefined {
  const { catalog, server, database, declaration, images } = inputs;
  const requires = server.available.get(name)?.versions.get(version)?.requires ?? [];
  const required = requires.find((one) => !catalog.extensions.has(one));
  if (required === undefined) return undefined;
  const what = `${extensionIn(name, database)} cannot be updated to ${showName(version)} without ${showName(required)}`;
  const isDeclared = declaration?.extensions.some((one) => one.name === required && one.ensure === 'present') === true;
  const message = isDeclared
    ? `${what}, which is declared but not installed there yet: see what is said about ${showName(required)}.`
    : `${what}, which is not installed there: declare ${showName(required)} too${fromWhere(required, server, images)}.`;
  return { reason: 'DependencyMissing', message };
}

function fromWhere(required: string, server: ExtensionInputs['server'], images: ExtensionInputs['images']): string {
  if (!server.available.has(required)) return `, and ${howToGetIt(required, { images })}`;
  const image = images.find(({ provides }) => provides.includes(required));
  return image === undefined ? '' : ` (the image ${showName(image.name)} provides it)`;
}

/** Nobody has said which version it is to have, and the default one is another; undefined: it is the default one. */
export function updateRemark(installed: InstalledExtension, inputs: ExtensionInputs): Remark | undefined {
  const { name, version } = installed;
  const byDefault = inputs.server.available.get(name)?.defaultVersion;
  if (byDefault === undefined || byDefault === version) return undefined;
  const targets = inputs.updateTargets.get(name);
  if (targets?.includes(byDefault) === false) return noUpdatePath(installed, byDefault, targets, inputs);
  const what = `${extensionIn(name, inputs.database)} has version ${showName(version)}, and ${showName(byDefault)} is available`;
  return { reason: 'UpdateAvailable', message: `${what}: ${howToUpdate(name, byDefault, inputs)} to update it.` };
}

/** Its functions name libraries that are in no folder. */
export function libraryMissing({ name, version }: InstalledExtension, inputs: ExtensionInputs): Remark {
  const libraries = inputs.missingLibraries.get(name) ?? [];
  const are = libraries.length === 1 ? 'the library' : 'the libraries';
  const what = `${extensionIn(name, inputs.database)} has version ${showName(version)} and needs ${are} ${listNames(libraries)}, which the server does not find`;
  return { reason: 'LibraryMissing', message: `${what}: ${remedy(name, version, inputs)}.` };
}

function remedy(name: string, version: string, inputs: ExtensionInputs): string {
  const available = inputs.server.available.get(name);
  if (available === undefined) return `its other files are gone, too: ${howToGetIt(name, inputs)}`;
  const again = `mount the image of version ${showName(version)} again`;
  const targets = (inputs.updateTargets.get(name) ?? []).filter((target) => target !== version);
  const { defaultVersion } = available;
  if (defaultVersion !== undefined && targets.includes(defaultVersion)) {
    return `${howToUpdate(name, defaultVersion, inputs)} to update it, or ${again}`;
  }
  const target = highestVersion(targets);
  return target === undefined ? again : `${verb(name, inputs)} ${versionKey(target)} to update it, or ${again}`;
}

function howToUpdate(name: string, byDefault: string, inputs: ExtensionInputs): string {
  return `${verb(name, inputs)} ${versionKey(byDefault)} or update: default`;
}

function verb(name: string, { declaration }: ExtensionInputs): string {
  return declaration?.extensions.some((declared) => declared.name === name) ? 'write' : 'declare it with';
}
