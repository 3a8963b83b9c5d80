/** Folder names below /extensions and in docker/extensions: the eight that CloudNativePG publishes. */
export const officialExtensions = [
  'pgvector',
  'postgis',
  'pgrouting',
  'pgaudit',
  'pg-ivm',
  'timescaledb-oss',
  'wal2json',
  'pg-crash',
] as const;

export type OfficialExtension = (typeof officialExtensions)[number];

interface Needs {
  /** Fields of its entry beside the name. */
  readonly entry?: Readonly<Record<string, unknown>>;
  readonly preload?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly images?: readonly OfficialExtension[];
}

/** What the projects' own metadata asks for; pg_crash is kept from crashing anything for an hour. */
const needs: Readonly<Record<OfficialExtension, Needs>> = {
  pgvector: {},
  postgis: {
    entry: {
      ld_library_path: ['system'],
      env: [
        { name: 'GDAL_DATA', value: '${image_root}/share/gdal' },
        { name: 'PROJ_DATA', value: '${image_root}/share/proj' },
      ],
    },
  },
  pgrouting: { images: ['postgis'] },
  pgaudit: { preload: 'pgaudit', parameters: { 'pgaudit.log': 'ddl' } },
  'pg-ivm': { preload: 'pg_ivm' },
  'timescaledb-oss': { preload: 'timescaledb', parameters: { 'timescaledb.telemetry_level': 'off' } },
  wal2json: {
    parameters: { wal_level: 'logical', output_plugin_libraries: 'pgoutput, test_decoding, wal2json' },
  },
  'pg-crash': { preload: 'pg_crash', parameters: { 'crash.delay': '3600' } },
};

/** The images that these extensions take, their own and those they depend on. */
export function imagesFor(names: readonly OfficialExtension[]): readonly OfficialExtension[] {
  return [...new Set(names.flatMap((name) => [name, ...(needs[name].images ?? [])]))];
}

/** The text of `instance.yaml` for these extensions; JSON is YAML. */
export function configurationFor(names: readonly OfficialExtension[]): string {
  const all = imagesFor(names);
  return JSON.stringify({
    extensions: all.map((name) => ({ name, ...needs[name].entry })),
    shared_preload_libraries: all.flatMap((name) => needs[name].preload ?? []),
    parameters: Object.assign({}, ...all.map((name) => needs[name].parameters ?? {})),
  });
}
