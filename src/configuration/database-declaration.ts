export type Ensure = 'present' | 'absent';

/** What the user wants of one database; made from an entry of `databases` or from a document of `kind: Database`. */
export interface DatabaseDeclaration {
  readonly name: string;
  /** Undefined: an existing database keeps its owner, a new one belongs to the superuser. */
  readonly owner: string | undefined;
  /** Whether a missing owner is made, without the right to log in. */
  readonly createOwner: boolean;
  readonly ensure: Ensure;
  readonly creation: DatabaseCreation;
  readonly properties: DatabaseProperties;
  readonly schemas: readonly SchemaDeclaration[];
  readonly extensions: readonly ExtensionDeclaration[];
  readonly fdws: readonly FdwDeclaration[];
  readonly servers: readonly ServerDeclaration[];
}

/** What can only be said when a database is made: https://www.postgresql.org/docs/18/sql-createdatabase.html */
export interface DatabaseCreation {
  readonly template?: string;
  readonly encoding?: string;
  readonly locale?: string;
  readonly localeProvider?: string;
  readonly localeCollate?: string;
  readonly localeCType?: string;
  readonly icuLocale?: string;
  readonly icuRules?: string;
  readonly builtinLocale?: string;
  readonly collationVersion?: string;
}

/** What is kept as declared: https://www.postgresql.org/docs/18/sql-alterdatabase.html */
export interface DatabaseProperties {
  readonly isTemplate?: boolean;
  readonly allowConnections?: boolean;
  readonly connectionLimit?: number;
  readonly tablespace?: string;
}

export interface ExtensionDeclaration {
  readonly name: string;
  readonly ensure: Ensure;
  /** Undefined: a new one gets the default version, an installed one keeps its own. */
  readonly version: string | undefined;
  /** Undefined: a new one goes where the control file says, else into `public`; an installed one stays. */
  readonly schema: string | undefined;
  /** `default`: follow the default version of the image. Never together with `version`. */
  readonly update: 'manual' | 'default';
  /** What it requires is created with it; what depends on it is dropped with it. */
  readonly cascade: boolean;
}

export interface SchemaDeclaration {
  readonly name: string;
  readonly ensure: Ensure;
  readonly owner: string | undefined;
}

/** https://www.postgresql.org/docs/18/sql-createforeigndatawrapper.html */
export interface FdwDeclaration {
  readonly name: string;
  readonly ensure: Ensure;
  /** `-` means none; undefined leaves it alone. */
  readonly handler: string | undefined;
  readonly validator: string | undefined;
  readonly owner: string | undefined;
  readonly options: readonly OptionDeclaration[];
  readonly usage: readonly UsageDeclaration[];
}

/** https://www.postgresql.org/docs/18/sql-createserver.html */
export interface ServerDeclaration {
  readonly name: string;
  readonly ensure: Ensure;
  readonly fdw: string;
  readonly options: readonly OptionDeclaration[];
  readonly usage: readonly UsageDeclaration[];
}

export interface OptionDeclaration {
  readonly name: string;
  readonly value: string;
  readonly ensure: Ensure;
}

/** USAGE for a role; `public` in any case means everybody. */
export interface UsageDeclaration {
  readonly name: string;
  readonly type: 'grant' | 'revoke';
}
