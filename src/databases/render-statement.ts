import type { DatabaseCreation, DatabaseProperties, OptionDeclaration } from '../configuration/database-declaration.ts';
import { quoteIdentifier } from '../lib/quote-identifier.ts';
import { quoteLiteral } from '../lib/quote-literal.ts';
import type { DatabaseAction, OneDatabaseProperty, OptionChange } from './database-action.ts';

/** The statement of an action; the one place where SQL that changes something is made. */
export function renderStatement(action: DatabaseAction): string {
  switch (action.kind) {
    case 'create-role':
      return `CREATE ROLE ${quoteIdentifier(action.role)} NOLOGIN`;
    case 'create-database':
      return words('CREATE DATABASE', quoteIdentifier(action.database), ...databaseOptions(action));
    case 'alter-database-owner':
      return `ALTER DATABASE ${quoteIdentifier(action.database)} OWNER TO ${quoteIdentifier(action.owner)}`;
    case 'alter-database-property':
      return `ALTER DATABASE ${quoteIdentifier(action.database)} ${changedProperty(action.property)}`;
    case 'drop-database':
      return `DROP DATABASE IF EXISTS ${quoteIdentifier(action.database)}`;
    case 'create-schema':
    case 'alter-schema-owner':
    case 'drop-schema':
      return schemaStatement(action);
    case 'create-extension':
    case 'update-extension':
    case 'move-extension':
    case 'drop-extension':
      return extensionStatement(action);
    default:
      return foreignStatement(action);
  }
}

type ActionOf<K extends DatabaseAction['kind']> = Extract<DatabaseAction, { readonly kind: K }>;

function databaseOptions(action: ActionOf<'create-database'>): readonly string[] {
  const { creation, properties } = action;
  const literals: Readonly<Record<string, string | undefined>> = {
    ENCODING: creation.encoding,
    LOCALE: creation.locale,
    LC_COLLATE: creation.localeCollate,
    LC_CTYPE: creation.localeCType,
    ICU_LOCALE: creation.icuLocale,
    ICU_RULES: creation.icuRules,
    BUILTIN_LOCALE: creation.builtinLocale,
    COLLATION_VERSION: creation.collationVersion,
  } satisfies Record<string, DatabaseCreation[keyof DatabaseCreation] | undefined>;
  return [
    optional('OWNER', action.owner, quoteIdentifier),
    optional('TEMPLATE', creation.template, quoteIdentifier),
    ...Object.entries(literals).map(([name, value]) => optional(name, value, quoteLiteral)),
    optional('LOCALE_PROVIDER', creation.localeProvider, quoteIdentifier),
    optional('TABLESPACE', properties.tablespace, quoteIdentifier),
    optional('ALLOW_CONNECTIONS', properties.allowConnections, String),
    optional('CONNECTION LIMIT', properties.connectionLimit, String),
    optional('IS_TEMPLATE', properties.isTemplate, String),
  ];
}

function changedProperty(property: OneDatabaseProperty): string {
  switch (property.name) {
    case 'tablespace':
      return `SET TABLESPACE ${quoteIdentifier(property.value)}`;
    case 'allowConnections':
    case 'isTemplate':
    case 'connectionLimit':
      return `${propertyWords[property.name]} ${property.value}`;
  }
}

const propertyWords = {
  allowConnections: 'ALLOW_CONNECTIONS',
  isTemplate: 'IS_TEMPLATE',
  connectionLimit: 'CONNECTION LIMIT',
} as const satisfies Partial<Record<keyof DatabaseProperties, string>>;

function schemaStatement(action: ActionOf<'create-schema' | 'alter-schema-owner' | 'drop-schema'>): string {
  const schema = quoteIdentifier(action.schema);
  switch (action.kind) {
    case 'create-schema':
      return words('CREATE SCHEMA IF NOT EXISTS', schema, optional('AUTHORIZATION', action.owner, quoteIdentifier));
    case 'alter-schema-owner':
      return `ALTER SCHEMA ${schema} OWNER TO ${quoteIdentifier(action.owner)}`;
    case 'drop-schema':
      return `DROP SCHEMA IF EXISTS ${schema}`;
  }
}

type ExtensionKind = 'create-extension' | 'update-extension' | 'move-extension' | 'drop-extension';

/** https://www.postgresql.org/docs/18/sql-createextension.html */
function extensionStatement(action: ActionOf<ExtensionKind>): string {
  const extension = quoteIdentifier(action.extension);
  switch (action.kind) {
    case 'create-extension':
      return words(
        'CREATE EXTENSION IF NOT EXISTS',
        extension,
        optional('SCHEMA', action.schema, quoteIdentifier),
        optional('VERSION', action.version, quoteLiteral),
        action.cascade ? 'CASCADE' : '',
      );
    case 'update-extension':
      return `ALTER EXTENSION ${extension} UPDATE TO ${quoteLiteral(action.version)}`;
    case 'move-extension':
      return `ALTER EXTENSION ${extension} SET SCHEMA ${quoteIdentifier(action.schema)}`;
    case 'drop-extension':
      return words('DROP EXTENSION IF EXISTS', extension, action.cascade ? 'CASCADE' : '');
  }
}

type ForeignAction = Exclude<
  DatabaseAction,
  {
    kind:
      | ExtensionKind
      | `${string}-database`
      | `alter-database-${string}`
      | `${string}-schema`
      | 'alter-schema-owner'
      | 'create-role';
  }
>;

/** https://www.postgresql.org/docs/18/sql-createforeigndatawrapper.html */
function foreignStatement(action: ForeignAction): string {
  switch (action.kind) {
    case 'create-fdw':
      return words(
        'CREATE FOREIGN DATA WRAPPER',
        quoteIdentifier(action.fdw),
        ...functions(action),
        givenOptions(action.options),
      );
    case 'alter-fdw-functions':
      return words('ALTER FOREIGN DATA WRAPPER', quoteIdentifier(action.fdw), ...functions(action));
    case 'alter-fdw-owner':
      return `ALTER FOREIGN DATA WRAPPER ${quoteIdentifier(action.fdw)} OWNER TO ${quoteIdentifier(action.owner)}`;
    case 'alter-fdw-options':
      return `ALTER FOREIGN DATA WRAPPER ${quoteIdentifier(action.fdw)} ${changedOptions(action.changes)}`;
    case 'drop-fdw':
      return `DROP FOREIGN DATA WRAPPER IF EXISTS ${quoteIdentifier(action.fdw)}`;
    case 'create-server':
      return words(
        'CREATE SERVER IF NOT EXISTS',
        quoteIdentifier(action.server),
        `FOREIGN DATA WRAPPER ${quoteIdentifier(action.fdw)}`,
        givenOptions(action.options),
      );
    case 'alter-server-options':
      return `ALTER SERVER ${quoteIdentifier(action.server)} ${changedOptions(action.changes)}`;
    case 'drop-server':
      return `DROP SERVER IF EXISTS ${quoteIdentifier(action.server)}`;
    case 'change-usage': {
      const { type, name } = action.usage;
      const role = name.toLowerCase() === 'public' ? 'PUBLIC' : quoteIdentifier(name);
      const object = `ON ${action.on} ${quoteIdentifier(action.name)}`;
      return type === 'grant' ? `GRANT USAGE ${object} TO ${role}` : `REVOKE USAGE ${object} FROM ${role}`;
    }
  }
}

function functions(action: {
  readonly handler: string | undefined;
  readonly validator: string | undefined;
}): readonly string[] {
  return [functionClause('HANDLER', action.handler), functionClause('VALIDATOR', action.validator)];
}

/** `-` is CloudNativePG's word for none. */
function functionClause(word: string, name: string | undefined): string {
  if (name === undefined) return '';
  return name === '-' ? `NO ${word}` : `${word} ${name.split('.').map(quoteIdentifier).join('.')}`;
}

function givenOptions(options: readonly OptionDeclaration[]): string {
  const given = options
    .filter(({ ensure }) => ensure === 'present')
    .map(({ name, value }) => `${quoteIdentifier(name)} ${quoteLiteral(value)}`);
  return given.length === 0 ? '' : `OPTIONS (${given.join(', ')})`;
}

function changedOptions(changes: readonly OptionChange[]): string {
  const rendered = changes.map((one) =>
    one.change === 'DROP'
      ? `DROP ${quoteIdentifier(one.name)}`
      : `${one.change} ${quoteIdentifier(one.name)} ${quoteLiteral(one.value)}`,
  );
  return `OPTIONS (${rendered.join(', ')})`;
}

function optional<T>(word: string, value: T | undefined, render: (value: T) => string): string {
  return value === undefined ? '' : `${word} ${render(value)}`;
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
