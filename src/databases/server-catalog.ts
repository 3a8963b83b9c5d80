/** What one look at the catalogs shows that all databases share, and at the files that the server finds. */
export interface ServerCatalog {
  readonly inRecovery: boolean;
  /** All of them, template0 too, by name. */
  readonly databases: readonly DatabaseRow[];
  /** Of the roles that were asked for, those that exist. */
  readonly roles: ReadonlySet<string>;
  /** https://www.postgresql.org/docs/18/view-pg-available-extension-versions.html */
  readonly available: ReadonlyMap<string, AvailableExtension>;
  /** Logical ones; a physical slot has no plugin. */
  readonly slots: readonly ReplicationSlot[];
  /** As this session has it in force. */
  readonly dynamicLibraryPath: string;
  /** Parameters other than shared_preload_libraries that name libraries, where they are set. */
  readonly librarySettings: readonly { readonly name: string; readonly value: string }[];
}

/** A row of https://www.postgresql.org/docs/18/catalog-pg-database.html */
export interface DatabaseRow {
  readonly name: string;
  readonly owner: string;
  readonly isTemplate: boolean;
  readonly allowsConnections: boolean;
  /** -1 for none; -2 marks a database that a DROP DATABASE left half dropped. */
  readonly connectionLimit: number;
  readonly tablespace: string;
  readonly encoding: string;
  readonly localeProvider: 'builtin' | 'icu' | 'libc';
  readonly collate: string;
  readonly characterType: string;
  /** Of the providers builtin and icu. */
  readonly providerLocale: string | null;
}

export interface AvailableExtension {
  readonly name: string;
  readonly defaultVersion: string | undefined;
  /** By version, those that can be installed. */
  readonly versions: ReadonlyMap<string, AvailableVersion>;
}

export interface AvailableVersion {
  readonly requires: readonly string[];
  /** The schema that the control file prescribes. */
  readonly schema: string | undefined;
  readonly relocatable: boolean;
}

export interface ReplicationSlot {
  readonly name: string;
  readonly plugin: string;
  readonly database: string;
}
