import { posix } from 'node:path';
import type { ControlFile } from '../image-volume/control-file.ts';
import type { ObservedControlFile } from '../image-volume/observe-folder.ts';
import type { InspectedImage } from './inspected-image.ts';
import { creationOf, parseUpdateGraph, type UpdateGraph } from './update-graph.ts';

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
export function extensionsOf(
  { observed, checked }: Pick<InspectedImage, 'observed' | 'checked'>,
  namesIn: (folder: string) => readonly string[] | undefined,
): readonly InspectedExtension[] {
  const inUse = new Set(checked.provides.map(({ controlFile }) => controlFile));
  const all = observed.controlFolders.flatMap((folder) => {
    if (folder.state !== 'present') return [];
    return folder.controlFiles.flatMap(({ name, path, content }) => {
      if (!inUse.has(path) || content.kind !== 'valid') return [];
      const { control } = content;
      const scripts = scriptFolder(folder.path, control);
      const names = namesIn(scripts);
      const graph = names === undefined ? undefined : parseUpdateGraph(name, names);
      const auxiliary = auxiliaryOf(name, folder.controlFiles);
      return [{ name, controlFile: path, control, auxiliary, scripts, graph }];
    });
  });
  return all.filter((extension) => !isTwin(extension, all));
}

/** The scripts that CREATE EXTENSION runs for the default version, with what MODULE_PATHNAME is in each. */
export function creationScripts({
  name,
  control,
  scripts,
  graph,
  auxiliary,
}: InspectedExtension): readonly { readonly path: string; readonly modulePathname: string | undefined }[] {
  const { defaultVersion } = control;
  if (graph === undefined || defaultVersion === undefined) return [];
  return (creationOf(name, graph, defaultVersion) ?? []).map((script) => {
    const version = script.slice(script.lastIndexOf('--') + 2, -'.sql'.length);
    const modulePathname = auxiliary.get(version)?.modulePathname ?? control.modulePathname;
    return { path: `${scripts}/${script}`, modulePathname };
  });
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
