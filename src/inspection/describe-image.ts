import { modulesOf } from './check-dependencies.ts';
import { type Files, fileName, type InspectedImage } from './inspected-image.ts';
import { reachableFrom, strandedVersions } from './update-graph.ts';

/** What an image provides. */
export interface DescribedImage {
  readonly extensions: readonly DescribedExtension[];
  readonly modules: readonly DescribedModule[];
}

export interface DescribedExtension {
  readonly name: string;
  readonly defaultVersion: string | null;
  /** Those with a script of their own that makes them. */
  readonly versions: readonly string[];
  /** Those from which ALTER EXTENSION … UPDATE comes to the default version. */
  readonly updatesFrom: readonly string[];
  /** Those from which no steps lead there, and to which none lead from it. */
  readonly islands: readonly string[];
  readonly requires: readonly string[];
  readonly controlFile: string;
}

export interface DescribedModule {
  readonly file: string;
  /** `null`, as the other two: the file does not show it. */
  readonly postgresMajor: number | null;
  readonly name: string | null;
  readonly version: string | null;
  /** No control file is about it: it is preloaded or loaded by its name. */
  readonly isWithoutControlFile: boolean;
}

export function describeImage(image: InspectedImage, files: Files): DescribedImage {
  const { extensions } = image;
  const about = new Set(
    extensions.flatMap(({ name, control }) => [name, fileName(control.modulePathname ?? name).replace(/\.so$/, '')]),
  );
  return {
    extensions: extensions.map(({ name, control: { defaultVersion, requires }, controlFile, graph }) => {
      const sources = [...(graph?.steps.keys() ?? [])].filter(
        (from) =>
          graph !== undefined && defaultVersion !== undefined && reachableFrom(graph, [from]).has(defaultVersion),
      );
      return {
        name,
        defaultVersion: defaultVersion ?? null,
        versions: [...(graph?.installable ?? [])].sort(),
        updatesFrom: sources.filter((from) => from !== defaultVersion).sort(),
        islands: graph === undefined || defaultVersion === undefined ? [] : strandedVersions(graph, defaultVersion),
        requires,
        controlFile,
      };
    }),
    modules: modulesOf(image).map((file) => describeModule(file, about, files)),
  };
}

function describeModule(file: string, about: ReadonlySet<string>, files: Files): DescribedModule {
  const read = files.elfAt(file);
  const magic = read.kind === 'elf' && read.elf.magic.kind === 'found' ? read.elf.magic.block : undefined;
  return {
    file,
    postgresMajor: magic?.major ?? null,
    name: magic?.name ?? null,
    version: magic?.version ?? null,
    isWithoutControlFile: !about.has(fileName(file).replace(/\.so$/, '')),
  };
}
