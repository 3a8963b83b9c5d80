/** What one look into a database shows; every database that can be connected to is looked into, declared or not. */
export interface DatabaseCatalog {
  /** By name: https://www.postgresql.org/docs/18/catalog-pg-extension.html */
  readonly extensions: ReadonlyMap<string, InstalledExtension>;
  /** The libraries that functions point to, other than those that initdb makes. */
  readonly libraries: readonly UsedLibrary[];
  /** All schemas but those of temporary tables, with their owners. */
  readonly schemas: ReadonlyMap<string, string>;
  /** Only when some are declared, else empty. */
  readonly fdws: ReadonlyMap<string, ObservedFdw>;
  readonly servers: ReadonlyMap<string, ObservedServer>;
}

export interface InstalledExtension {
  readonly name: string;
  readonly version: string;
  readonly schema: string;
  /** As the catalogue has it now, which decides about SET SCHEMA. */
  readonly relocatable: boolean;
}

/** One value of pg_proc.probin, as it stands there: `vector`, `$libdir/timescaledb-2.30.2`, `/opt/x.so`. */
export interface UsedLibrary {
  readonly probin: string;
  /** The extension that the functions belong to; undefined: made by hand. */
  readonly extension: string | undefined;
  readonly functions: number;
  /** `schema.name(arguments)` of one of them. */
  readonly example: string;
}

export interface ObservedFdw {
  readonly owner: string;
  /** Undefined: none. As `schema.name` if it is not in the search path. */
  readonly handler: string | undefined;
  readonly validator: string | undefined;
  readonly options: ReadonlyMap<string, string>;
  /** Roles with USAGE, `public` for everybody. */
  readonly usage: ReadonlySet<string>;
}

export interface ObservedServer {
  readonly fdw: string;
  readonly options: ReadonlyMap<string, string>;
  readonly usage: ReadonlySet<string>;
}
