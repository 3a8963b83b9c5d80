import { posix } from 'node:path';
import type { ControlFile } from '../image-volume/control-file.ts';
import type { ObservedControlFile } from '../image-volume/observe-folder.ts';
import type { Finding } from '../lib/finding.ts';
import { checkFunctions, checkLoads } from './check-functions.ts';
import { checkReadFiles } from './check-read-files.ts';
import { type Files, type InspectedImage, type Inspection, imageFinding, listed } from './inspected-image.ts';
import { parseUpdateGraph, reachableFrom, strandedVersions, type UpdateGraph } from './update-graph.ts';

/** An extension of an image, as its primary control file says, and the scripts that are there for it. */
export interface InspectedExtension {
  readonly name: string;
  readonly controlFile: string;
  readonly control: ControlFile;
  /** What its auxiliary control files say, by version. */
  readonly auxiliary: ReadonlyMap<string, ControlFile>;
  /** The folder of its scripts; undefined graph: it could not be listed. */
  readonly scripts: string;
  readonly graph: UpdateGraph | undefined;
}

/** The extensions of the control files that are in use: the first of a name. */
export function extensionsOf(image: InspectedImage, files: Files): readonly InspectedExtension[] {
  const inUse = new Set(image.checked.provides.map(({ controlFile }) => controlFile));
  const all = image.observed.controlFolders.flatMap((folder) => {
    if (folder.state !== 'present') return [];
    return folder.controlFiles.flatMap(({ name, path, content }) => {
      if (!inUse.has(path) || content.kind !== 'valid') return [];
      const { control } = content;
      const scripts = scriptFolder(folder.path, control);
      const names = files.namesIn(scripts);
      const graph = names === undefined ? undefined : parseUpdateGraph(name, names);
      const auxiliary = auxiliaryOf(name, folder.controlFiles);
      return [{ name, controlFile: path, control, auxiliary, scripts, graph }];
    });
  });
  return all.filter((extension) => !isTwin(extension, all));
}

function auxiliaryOf(
  extension: string,
  controlFiles: readonly ObservedControlFile[],
): ReadonlyMap<string, ControlFile> {
  const prefix = `${extension}--`;
  const found = controlFiles.flatMap(({ name, content }) =>
    name.startsWith(prefix) && content.kind === 'valid' ? [[name.slice(prefix.length), content.control] as const] : [],
  );
  return new Map(found);
}

/** `directory` is seen from the element of extension_control_path: https://www.postgresql.org/docs/18/extend-extensions.html */
function scriptFolder(element: string, { directory }: ControlFile): string {
  return directory === undefined ? `${element}/extension` : posix.resolve(element, directory);
}

/** Debian's packages have `postgis-3.control`, to which `postgis.control` is a link; in images it is a second copy. */
function isTwin(one: InspectedExtension, all: readonly InspectedExtension[]): boolean {
  const base = /^(.+)-\d+(?:\.\d+)*$/.exec(one.name)?.[1];
  const other = all.find(({ name }) => name === base);
  return other !== undefined && other.control.defaultVersion === one.control.defaultVersion;
}

/** Control files and scripts of an image: whether CREATE EXTENSION and ALTER EXTENSION … UPDATE find what they need. */
export function checkExtensions(image: InspectedImage, inspection: Inspection): readonly Finding[] {
  return extensionsOf(image, inspection.files).flatMap((extension) => [
    ...checkScripts(image, extension),
    ...checkRequirements(image, extension, inspection),
    ...checkFunctions(image, extension, inspection.server, inspection.files),
    ...checkReadFiles(image, extension, inspection.files),
    ...checkLoads(image, extension, inspection.server, inspection.files),
  ]);
}

function checkScripts(image: InspectedImage, extension: InspectedExtension): readonly Finding[] {
  const { name, controlFile, control, scripts, graph } = extension;
  if (graph === undefined) {
    const message = `CREATE EXTENSION ${name} would fail: the folder of its scripts, ${scripts}, cannot be read. Correct directory in ${controlFile}.`;
    return [imageFinding(image, 'error', 'ScriptMissing', message)];
  }
  const { defaultVersion } = control;
  if (defaultVersion === undefined && graph.installable.size === 0) {
    const message = `CREATE EXTENSION ${name} would fail: ${controlFile} has no default_version, and in ${scripts} no script creates any version. Add both to the image.`;
    return [imageFinding(image, 'error', 'ScriptMissing', message)];
  }
  if (defaultVersion === undefined) {
    const message = `${controlFile} has no default_version, so CREATE EXTENSION ${name} works only with VERSION. Add default_version.`;
    return [imageFinding(image, 'warning', 'ScriptMissing', message)];
  }
  if (!reachableFrom(graph, graph.installable).has(defaultVersion)) {
    const has =
      graph.installable.size === 0
        ? 'no script creates any version'
        : `scripts create ${listed([...graph.installable].sort())}`;
    const message = `CREATE EXTENSION ${name} would fail: ${controlFile} says default_version = '${defaultVersion}', and in ${scripts} ${has}. Add ${name}--${defaultVersion}.sql to the image.`;
    return [imageFinding(image, 'error', 'ScriptMissing', message)];
  }
  const stranded = strandedVersions(graph, defaultVersion);
  if (stranded.length === 0) return [];
  const message = `Databases with version ${listed(stranded)} of ${name} cannot be updated to ${defaultVersion}: no scripts in ${scripts} lead there. Add ${name}--${stranded.at(-1)}--${defaultVersion}.sql, or the steps between.`;
  return [imageFinding(image, 'warning', 'NoUpdatePath', message)];
}

function checkRequirements(
  image: InspectedImage,
  { name, control, controlFile }: InspectedExtension,
  { images, server }: Inspection,
): readonly Finding[] {
  if (control.requires.includes(name)) {
    const message = `CREATE EXTENSION ${name} would fail: ${controlFile} says that it requires itself. Take ${name} out of requires.`;
    return [imageFinding(image, 'error', 'RequirementMissing', message)];
  }
  if (server === undefined) return [];
  const provided = new Set([
    ...server.extensions,
    ...images.flatMap(({ checked }) => checked.provides.map((one) => one.name)),
  ]);
  const missing = control.requires.filter((required) => !provided.has(required));
  if (missing.length === 0) return [];
  const message = `CREATE EXTENSION ${name} would fail: it requires ${listed(missing)}, which neither the server nor an image has. Mount the image that has ${missing.length === 1 ? 'it' : 'them'} too.`;
  return [imageFinding(image, 'error', 'RequirementMissing', message)];
}
