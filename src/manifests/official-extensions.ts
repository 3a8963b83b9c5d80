/** What the metadata of an official image says: https://github.com/cloudnative-pg/postgres-extensions-containers */
export interface OfficialExtension {
  /** In the official catalogs. */
  readonly name: string;
  /** The last part of the reference of its image. */
  readonly image: string;
  readonly sqlName: string;
  /** Whether there is something to CREATE EXTENSION; the others are loaded by their library alone. */
  readonly createExtension: boolean;
  readonly sharedPreloadLibraries: readonly string[];
  /** Other official extensions without which it cannot be created. */
  readonly requires: readonly string[];
  /** Settings without which it does not work. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Variables that it needs, with the folder of the image that each is about. */
  readonly env: readonly { readonly name: string; readonly folder: string }[];
}

/** The official image that an entry means, by the reference of its image, or else by its name. */
export function officialExtension(name: string, reference: string): OfficialExtension | undefined {
  const image = imageOf(reference);
  return officialExtensions.find((one) => (image === '' ? one.name === name : one.image === image));
}

/** By the name of the entry, for those who write it where the SQL name belongs. */
export function officialExtensionCalled(name: string): OfficialExtension | undefined {
  return officialExtensions.find((one) => one.name === name);
}

/** The official image that brings this extension. */
export function officialExtensionOf(sqlName: string): OfficialExtension | undefined {
  return officialExtensions.find((one) => one.createExtension && one.sqlName === sqlName);
}

/** The last part of the path, without tag and digest. */
function imageOf(reference: string): string {
  const [path = ''] = reference.split('@');
  return (path.split('/').at(-1) ?? '').split(':')[0] ?? '';
}

function plain(name: string, sqlName: string): OfficialExtension {
  const nothing = { sharedPreloadLibraries: [], requires: [], parameters: {}, env: [] };
  return { name, image: name, sqlName, createExtension: true, ...nothing };
}

// Of 2026-08-22.
const officialExtensions: readonly OfficialExtension[] = [
  { ...plain('pg-crash', 'pg_crash'), createExtension: false, sharedPreloadLibraries: ['pg_crash'] },
  { ...plain('pg-ivm', 'pg_ivm'), sharedPreloadLibraries: ['pg_ivm'] },
  { ...plain('pgaudit', 'pgaudit'), sharedPreloadLibraries: ['pgaudit'] },
  { ...plain('pgrouting', 'pgrouting'), requires: ['postgis'] },
  plain('pgvector', 'vector'),
  {
    ...plain('postgis', 'postgis'),
    image: 'postgis-extension',
    env: [
      { name: 'GDAL_DATA', folder: 'share/gdal' },
      { name: 'PROJ_DATA', folder: 'share/proj' },
    ],
  },
  { ...plain('timescaledb-oss', 'timescaledb'), sharedPreloadLibraries: ['timescaledb'] },
  {
    ...plain('wal2json', 'wal2json'),
    createExtension: false,
    parameters: { output_plugin_libraries: 'pgoutput, test_decoding, wal2json' },
  },
];
