import { readdirSync, readFileSync } from 'node:fs';
import { modulesOf } from '../inspection/check-dependencies.ts';
import { describeImage } from '../inspection/describe-image.ts';
import { fileName, type InspectedImage, type Inspection } from '../inspection/inspected-image.ts';
import type { Finding } from '../lib/finding.ts';
import { type OfficialExtension, officialExtension, officialExtensionOf } from '../manifests/official-extensions.ts';
import { realPath } from '../verification/mapped-files.ts';
import type { VerifiedImage } from '../verification/verify-images.ts';
import type { Subject } from './choose-subjects.ts';
import { suggestedFolders, suggestedVariables } from './suggested-entry.ts';

/** A folder with the entry of the configuration that would be suggested for it, and what its metadata asks for. */
export interface SuggestedSubject {
  readonly subject: Subject;
  readonly preload: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

export function suggestSubject(subject: Subject, inspection: Inspection, hasPathFlags: boolean): SuggestedSubject {
  const image = inspection.images.find(({ observed }) => observed.mountPath === subject.mountPath);
  if (subject.isConfigured || image === undefined) return { subject, preload: [], parameters: {} };
  const official = officialFor(subject, image);
  const modules = new Set(modulesOf(image).map((path) => fileName(path).replace(/\.so$/, '')));
  // A module without an extension is loaded by itself, and pg_crash would end what is tried of others.
  const preload = official?.createExtension === true ? official.sharedPreloadLibraries : [];
  const env = suggestedVariables(official, subject.mountPath, inspection.files);
  const extension = { ...subject.extension, ...(hasPathFlags ? {} : suggestedFolders(image, inspection)), env };
  return {
    subject: { ...subject, extension },
    preload: preload.filter((library) => modules.has(library)),
    parameters: official?.parameters ?? {},
  };
}

/** By the name of the folder, or by what is in it. */
function officialFor({ extension }: Subject, image: InspectedImage): OfficialExtension | undefined {
  const named = officialExtension(extension.name, '');
  return named ?? image.extensions.flatMap(({ name }) => officialExtensionOf(name) ?? [])[0];
}

/** What is to be tried of an image. */
export function verifiedImage(
  subject: Subject,
  inspection: Inspection,
  findings: readonly Finding[],
  tests: readonly string[],
  lookedMs: number,
): readonly VerifiedImage[] {
  const image = inspection.images.find(({ observed }) => observed.mountPath === subject.mountPath);
  if (image === undefined) return [];
  const { name } = subject.extension;
  const paths = modulesOf(image);
  const described = describeImage(image, inspection.files).modules;
  const isModule = (path: string): boolean => {
    const read = inspection.files.elfAt(path);
    return read.kind === 'elf' && read.elf.magic.kind !== 'none';
  };
  return [
    {
      name,
      findings: findings.filter((finding) => finding.subject === `extension/${name}`),
      lookedMs,
      extensions: image.extensions.map((one) => ({
        name: one.name,
        ownSchema: one.control.schema,
        hiddenBy: hidingFile(one, image, inspection),
      })),
      modules: new Map([...Map.groupBy(paths, fileName)].map(([file, ones]) => [file, ones.map(realPath)])),
      lone: [
        ...new Set(
          described.filter((one) => one.isWithoutControlFile && isModule(one.file)).map(({ file }) => plain(file)),
        ),
      ],
      hinted: [...new Set(paths.filter((path) => isModule(path) && speaksOfPreload(path)).map(plain))],
      tests,
    },
  ];
}

/** What comes before an image on the path: the server itself, and the images before it. */
function hidingFile(
  { name }: { readonly name: string },
  image: InspectedImage,
  { images, server }: Inspection,
): string | undefined {
  if (server?.extensions.has(name) === true) return `the ${name}.control of the server`;
  const before = images.slice(0, images.indexOf(image));
  return before.flatMap(({ checked }) => checked.provides).find((one) => one.name === name)?.controlFile;
}

function plain(path: string): string {
  return fileName(path).replace(/\.so$/, '');
}

const setting = 'shared_preload_libraries';

/**
 * Libraries say it in the message for those who did not: `… must be loaded via "shared_preload_libraries"`. Many more ask the
 * server's process_shared_preload_libraries_in_progress, which says nothing.
 */
function speaksOfPreload(path: string): boolean {
  const bytes = readFileSync(path);
  for (let at = bytes.indexOf(setting); at >= 0; at = bytes.indexOf(setting, at + setting.length)) {
    const before = bytes.toString('latin1', Math.max(0, at - 'process_'.length), at);
    const after = bytes.toString('latin1', at + setting.length, at + setting.length + 1);
    if (before !== 'process_' && after !== '_') return true;
  }
  return false;
}

/** The SQL files of a folder in byte order; undefined: there is no such folder. */
export function testFiles(folder: string): readonly string[] | undefined {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
    return names
      .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      .map((name) => `${folder}/${name}`);
  } catch {
    return undefined;
  }
}
