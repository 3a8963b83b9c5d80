import type { Finding } from '../lib/finding.ts';
import { showName } from '../lib/show-name.ts';
import type { LibraryLookup } from '../settings/preload-libraries.ts';
import type { DatabaseCatalog, UsedLibrary } from './database-catalog.ts';

export interface LibraryVerdicts {
  /** By extension: the libraries (pg_proc.probin) that its functions need and that are in no folder. */
  readonly missingByExtension: ReadonlyMap<string, readonly string[]>;
  /** One for each extension, and one for each library that functions made by hand need. */
  readonly findings: readonly Finding[];
}

/** Functions that would fail: the catalogue points to a library that is not there any more. */
export function checkLibraries(
  database: string,
  catalog: Pick<DatabaseCatalog, 'libraries' | 'extensions'>,
  lookups: ReadonlyMap<string, LibraryLookup>,
): LibraryVerdicts {
  const missing = catalog.libraries.flatMap((used) => {
    const lookup = lookups.get(used.probin);
    return lookup?.kind === 'missing' ? [{ used, folders: lookup.folders }] : [];
  });
  const byExtension = Map.groupBy(missing, ({ used }) => used.extension);
  const missingByExtension = new Map(
    [...byExtension].flatMap(([extension, all]) =>
      extension === undefined ? [] : [[extension, all.map(({ used }) => used.probin)] as const],
    ),
  );
  const groups = [...byExtension].flatMap(([extension, all]) =>
    extension === undefined ? all.map((one) => [one]) : [all],
  );
  return { missingByExtension, findings: groups.map((group) => finding(database, catalog, group)) };
}

function finding(
  database: string,
  { extensions }: Pick<DatabaseCatalog, 'extensions'>,
  group: readonly { readonly used: UsedLibrary; readonly folders: readonly string[] }[],
): Finding {
  const libraries = group.map(({ used }) => showName(used.probin)).join(', ');
  const folders = [...new Set(group.flatMap(({ folders: all }) => all))].join(', ');
  const [first] = group;
  const extension = first?.used.extension;
  const version = extension === undefined ? undefined : extensions.get(extension)?.version;
  const [who, remedy] =
    extension === undefined
      ? [`the function ${first?.used.example ?? ''}`, 'mount the image that has it, or drop the function']
      : [
          `the extension ${showName(extension)} ${version ?? ''}`.trim(),
          'mount the image that has it, or update the extension to the version of the image that is there',
        ];
  return {
    severity: 'error',
    reason: 'LibraryMissing',
    subject: `database/${database}`,
    message: `In the database ${showName(database)}, ${who} needs the library ${libraries}, which is in none of ${folders}; ${remedy}.`,
  };
}
