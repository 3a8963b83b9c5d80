import type { SourceDocument } from '../documents/source-document.ts';
import type { ApplicationDatabase } from './application-database.ts';
import { assembleDatabase } from './assemble-databases.ts';
import type { RawConfiguration, RawExtension } from './configuration-schema.ts';
import { cleanImagePath } from './image-path.ts';
import type { ExtensionConfiguration, InstanceConfiguration } from './instance-configuration.ts';

/** A file that passed all checks. */
export interface CheckedFile {
  readonly document: SourceDocument;
  readonly raw: RawConfiguration;
}

/** Puts files that passed all checks together: lists one after the other, the same thing twice in a list once. */
export function assembleConfiguration(
  files: readonly CheckedFile[],
  application?: ApplicationDatabase,
): InstanceConfiguration {
  const parameters = files.flatMap(({ document, raw }) =>
    Object.entries(raw.parameters ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      parameterText(value, document.numberText(['parameters', name])),
    ]),
  );
  return {
    extensions: files.flatMap(({ raw }) => (raw.extensions ?? []).map(assembleExtension)),
    sharedPreloadLibraries: unique(files.flatMap(({ raw }) => raw.shared_preload_libraries ?? [])),
    parameters: Object.fromEntries(parameters),
    restartPolicy: files.map(({ raw }) => raw.restart_policy ?? undefined).find((policy) => policy) ?? 'manual',
    removal: files.map(({ raw }) => raw.removal ?? undefined).find((removal) => removal) ?? 'hold',
    databases: files.flatMap(({ raw }) =>
      (raw.databases ?? []).map((database) => assembleDatabase(database, application?.owner)),
    ),
  };
}

function assembleExtension(raw: RawExtension): ExtensionConfiguration {
  const extensionControlPath = folders(raw.extension_control_path);
  const dynamicLibraryPath = folders(raw.dynamic_library_path);
  const { reference, pullPolicy } = raw.image ?? {};
  return {
    name: raw.name,
    image: {
      ...((reference ?? '') !== '' && { reference: reference ?? '' }),
      ...(pullPolicy !== undefined && pullPolicy !== null && { pullPolicy }),
    },
    // An empty list is one that is not set: it is not possible to say that an image has no control files.
    extensionControlPath: extensionControlPath.length > 0 ? extensionControlPath : ['share'],
    dynamicLibraryPath: dynamicLibraryPath.length > 0 ? dynamicLibraryPath : ['lib'],
    ldLibraryPath: folders(raw.ld_library_path),
    binPath: folders(raw.bin_path),
    env: raw.env ?? [],
    declared: {
      extensionControlPath: extensionControlPath.length > 0,
      dynamicLibraryPath: dynamicLibraryPath.length > 0,
    },
  };
}

function folders(paths: readonly string[] | null | undefined): readonly string[] {
  return unique((paths ?? []).map(cleanImagePath));
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}

// A number keeps its spelling where it can: 0640 is octal to PostgreSQL and 640 is not, 9223372036854775807 has more
// digits than a number here can hold. https://www.postgresql.org/docs/18/config-setting.html#CONFIG-SETTING-NAMES-VALUES
function parameterText(value: unknown, numberText: string | undefined): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'number' ? (numberText ?? String(value)) : String(value);
}
