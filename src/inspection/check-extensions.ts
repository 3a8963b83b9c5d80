import { compareVersions, isOlderVersion } from '../lib/compare-versions.ts';
import type { Finding } from '../lib/finding.ts';
import { checkFunctions, checkLoads } from './check-functions.ts';
import { checkReadFiles } from './check-read-files.ts';
import { readCreationScripts } from './creation-scripts.ts';
import type { InspectedExtension } from './inspected-extension.ts';
import { type InspectedImage, type Inspection, imageFinding, listed } from './inspected-image.ts';
import { reachableFrom, strandedVersions, type UpdateGraph } from './update-graph.ts';

/** Control files and scripts of an image: whether CREATE EXTENSION and ALTER EXTENSION … UPDATE find what they need. */
export function checkExtensions(image: InspectedImage, inspection: Inspection): readonly Finding[] {
  const { server, files } = inspection;
  return image.extensions.flatMap((extension) => {
    const scripts = readCreationScripts(extension, files);
    return [
      ...checkScripts(image, extension),
      ...checkRequirements(image, extension, inspection),
      ...checkFunctions(image, extension, scripts, inspection),
      ...checkReadFiles(image, extension, scripts, files),
      ...checkLoads(image, extension, scripts, server),
    ];
  });
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
  return checkUpdates(image, extension, graph, defaultVersion);
}

/** Others than older ones nobody has, unless he has asked for them. */
function checkUpdates(
  image: InspectedImage,
  { name, scripts }: InspectedExtension,
  graph: UpdateGraph,
  defaultVersion: string,
): readonly Finding[] {
  const older = strandedVersions(graph, defaultVersion)
    .filter((version) => isOlderVersion(version, defaultVersion))
    .sort(compareVersions);
  if (older.length === 0) return [];
  const message = `Databases with version ${listed(older)} of ${name} cannot be updated to ${defaultVersion}: no scripts in ${scripts} lead there. Add ${name}--${older.at(-1)}--${defaultVersion}.sql, or the steps between.`;
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
