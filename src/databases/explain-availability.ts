import type { ExtensionDeclaration } from '../configuration/database-declaration.ts';
import { showName } from '../lib/show-name.ts';
import { suggestKey } from '../lib/suggest-key.ts';
import type { InstalledExtension } from './database-catalog.ts';
import type { Remark } from './database-plan.ts';
import { extensionIn, listNames, listVersions, versionKey } from './extension-words.ts';
import type { ExtensionInputs } from './plan-extensions.ts';
import type { AvailableExtension } from './server-catalog.ts';

type Known = Pick<ExtensionInputs, 'database' | 'server' | 'images'>;

/** Nothing that the server finds has a control file of this name. */
export function extensionNotAvailable(name: string, known: Known): Remark {
  const what = `${extensionIn(name, known.database)} is not available on this server`;
  return { reason: 'ExtensionNotAvailable', message: `${what}: ${whatInstead(name, known)}.` };
}

/** It is installed, but its control file is gone. */
export function filesGone(installed: InstalledExtension, known: Known): Remark {
  const { name, version } = installed;
  const what = `${extensionIn(name, known.database)} is installed with version ${showName(version)}, but its files are gone`;
  return { reason: 'ExtensionNotAvailable', message: `${what}: ${howToGetIt(name, known)}.` };
}

/** How the server comes to find the files of an extension. */
export function howToGetIt(name: string, { images }: Pick<Known, 'images'>): string {
  const image = images.find(({ provides }) => provides.includes(name));
  return image === undefined
    ? 'mount an image that provides it and list that image under extensions'
    : `the image ${showName(image.name)} provides it, but the server does not find it yet: see what the status says about the image`;
}

/** It cannot be created with the version that is wanted; undefined: it can, as far as versions go. */
export function checkVersion(
  { name, version }: Pick<ExtensionDeclaration, 'name' | 'version'>,
  available: AvailableExtension,
  database: string,
): Remark | undefined {
  const wanted = version ?? available.defaultVersion;
  if (wanted !== undefined && available.versions.has(wanted)) return undefined;
  const what = `${extensionIn(name, database)} cannot be created with ${versionWords(version, available.defaultVersion)}`;
  const toDo =
    available.versions.size === 0
      ? 'there is no script for any version: mount an image that has one'
      : `available are ${listVersions(available.versions.keys())}: write one of them as version, or mount an image that has the other`;
  return { reason: 'VersionNotAvailable', message: `${what}; ${toDo}.` };
}

function versionWords(declared: string | undefined, byDefault: string | undefined): string {
  if (declared !== undefined) return `${versionKey(declared)}, which is not available on this server`;
  if (byDefault === undefined) return 'its default version, because its control file names none';
  return `its default version ${showName(byDefault)}, for which there is no script`;
}

/** People write the name of the image, or nearly the right name. */
function whatInstead(name: string, known: Known): string {
  const { images, server } = known;
  const sameName = images.find((image) => image.name === name);
  if (sameName !== undefined && !sameName.provides.includes(name)) return imageInstead(sameName);
  if (images.some(({ provides }) => provides.includes(name))) return howToGetIt(name, known);
  const similar = suggestKey(name, [...server.available.keys(), ...images.map((image) => image.name)]);
  if (similar === undefined) return howToGetIt(name, known);
  if (server.available.has(similar))
    return `${showName(similar)} is, so write name: ${showName(similar)} if that is meant`;
  const image = images.find((one) => one.name === similar);
  return image === undefined ? howToGetIt(name, known) : imageInstead(image);
}

function imageInstead({ name, provides }: ExtensionInputs['images'][number]): string {
  const [first, ...others] = provides;
  if (first === undefined) {
    return `the image ${showName(name)} provides libraries but no extension, so nothing is to be created: take it off the list`;
  }
  const what = `the image ${showName(name)} provides ${listNames(provides)}`;
  return others.length === 0 ? `${what}, so write name: ${showName(first)}` : `${what}, so write one of these names`;
}
