import type {
  DatabaseDeclaration,
  ExtensionDeclaration,
  FdwDeclaration,
  OptionDeclaration,
  SchemaDeclaration,
  ServerDeclaration,
} from '../../src/configuration/database-declaration.ts';
import type { DatabaseCatalog, InstalledExtension } from '../../src/databases/database-catalog.ts';
import type { DatabasesWish } from '../../src/databases/databases-wish.ts';
import type { ExtensionInputs } from '../../src/databases/plan-extensions.ts';
import type {
  AvailableExtension,
  AvailableVersion,
  DatabaseRow,
  ServerCatalog,
} from '../../src/databases/server-catalog.ts';

/** An entry of `extensions` of a declaration: only its name, and what the test is about. */
export function aDeclaredExtension(
  name: string,
  changes: Partial<Omit<ExtensionDeclaration, 'name'>> = {},
): ExtensionDeclaration {
  return {
    name,
    ensure: 'present',
    version: undefined,
    schema: undefined,
    update: 'manual',
    cascade: false,
    ...changes,
  };
}

export function aDeclaredSchema(
  name: string,
  changes: Partial<Omit<SchemaDeclaration, 'name'>> = {},
): SchemaDeclaration {
  return { name, ensure: 'present', owner: undefined, ...changes };
}

/** A foreign data wrapper of which nothing but its name is declared. */
export function aDeclaredFdw(name: string, changes: Partial<Omit<FdwDeclaration, 'name'>> = {}): FdwDeclaration {
  const unsaid = { handler: undefined, validator: undefined, owner: undefined, options: [], usage: [] };
  return { name, ensure: 'present', ...unsaid, ...changes };
}

/** A server of the wrapper `files`. */
export function aDeclaredServer(
  name: string,
  changes: Partial<Omit<ServerDeclaration, 'name'>> = {},
): ServerDeclaration {
  return { name, ensure: 'present', fdw: 'files', options: [], usage: [], ...changes };
}

export function anOption(
  name: string,
  value: string,
  ensure: OptionDeclaration['ensure'] = 'present',
): OptionDeclaration {
  return { name, value, ensure };
}

/** The database `app`, of which nothing but its name is declared. */
export function aDeclaration(changes: Partial<DatabaseDeclaration> = {}): DatabaseDeclaration {
  return {
    name: 'app',
    owner: undefined,
    createOwner: false,
    ensure: 'present',
    creation: {},
    properties: {},
    schemas: [],
    extensions: [],
    fdws: [],
    servers: [],
    ...changes,
  };
}

/** Relocatable, in `public`, version 1.0. */
export function anInstalledExtension(
  name: string,
  changes: Partial<Omit<InstalledExtension, 'name'>> = {},
): InstalledExtension {
  return { name, version: '1.0', schema: 'public', relocatable: true, ...changes };
}

/** An empty database as initdb makes it; its `extensions` are given as a list. */
export function aDatabaseCatalog(
  changes: Partial<Omit<DatabaseCatalog, 'extensions'>> & { readonly extensions?: readonly InstalledExtension[] } = {},
): DatabaseCatalog {
  const { extensions = [], ...others } = changes;
  return {
    extensions: byName([anInstalledExtension('plpgsql', { schema: 'pg_catalog', relocatable: false }), ...extensions]),
    libraries: [],
    schemas: new Map([
      ['pg_catalog', 'postgres'],
      ['information_schema', 'postgres'],
      ['pg_toast', 'postgres'],
      ['public', 'pg_database_owner'],
    ]),
    fdws: new Map(),
    servers: new Map(),
    ...others,
  };
}

/** Its versions by name, the last one is the default; each relocatable and without needs unless the test says more. */
export function anAvailableExtension(
  name: string,
  versions: Readonly<Record<string, Partial<AvailableVersion>>> = { '1.0': {} },
  changes: Partial<Omit<AvailableExtension, 'name' | 'versions'>> = {},
): AvailableExtension {
  const entries = Object.entries(versions);
  return {
    name,
    defaultVersion: entries.at(-1)?.[0],
    versions: new Map(
      entries.map(([version, traits]) => [version, { requires: [], schema: undefined, relocatable: true, ...traits }]),
    ),
    ...changes,
  };
}

/** A row of pg_database that belongs to postgres and has no limits. */
export function aDatabaseRow(name: string, changes: Partial<Omit<DatabaseRow, 'name'>> = {}): DatabaseRow {
  return {
    name,
    owner: 'postgres',
    isTemplate: false,
    allowsConnections: true,
    connectionLimit: -1,
    tablespace: 'pg_default',
    encoding: 'UTF8',
    localeProvider: 'builtin',
    collate: 'C',
    characterType: 'C',
    providerLocale: 'C.UTF-8',
    ...changes,
  };
}

/** A primary with the databases of initdb and `app`; what is `available` is given as a list, besides plpgsql. */
export function aServerCatalog(
  changes: Partial<Omit<ServerCatalog, 'available'>> & { readonly available?: readonly AvailableExtension[] } = {},
): ServerCatalog {
  const { available = [], ...others } = changes;
  const plpgsql = anAvailableExtension('plpgsql', { '1.0': { schema: 'pg_catalog', relocatable: false } });
  return {
    inRecovery: false,
    databases: [
      aDatabaseRow('app'),
      aDatabaseRow('postgres'),
      aDatabaseRow('template0', { isTemplate: true, allowsConnections: false }),
      aDatabaseRow('template1', { isTemplate: true }),
    ],
    roles: new Set(),
    available: byName([plpgsql, ...available]),
    slots: [],
    dynamicLibraryPath: '$libdir',
    librarySettings: [],
    ...others,
  };
}

/** Nothing is declared, there is no image, and none is to go. */
export function aDatabasesWish(changes: Partial<DatabasesWish> = {}): DatabasesWish {
  return {
    declarations: [],
    images: [],
    leaving: [],
    server: { provides: [], libraries: [] },
    libraryDirectory: undefined,
    preload: { running: [], desired: [], named: [] },
    circumstances: '',
    ...changes,
  };
}

/** The database `app` with what is declared, installed and available in it; no update path, no image, all libraries. */
export function extensionInputs({
  declared,
  installed = [],
  available = [],
  ...others
}: Partial<ExtensionInputs> & {
  readonly declared?: readonly ExtensionDeclaration[];
  readonly installed?: readonly InstalledExtension[];
  readonly available?: readonly AvailableExtension[];
} = {}): ExtensionInputs {
  return {
    declaration: declared === undefined ? undefined : aDeclaration({ extensions: declared }),
    database: 'app',
    server: aServerCatalog({ available }),
    catalog: aDatabaseCatalog({ extensions: installed }),
    updateTargets: new Map(),
    images: [],
    missingLibraries: new Map(),
    ...others,
  };
}

function byName<T extends { readonly name: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [one.name, one]));
}
