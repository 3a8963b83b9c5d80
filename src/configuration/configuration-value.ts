import type { DatabaseDeclaration } from './database-declaration.ts';
import type { ExtensionConfiguration, InstanceConfiguration } from './instance-configuration.ts';

/** A configuration as the value of one file, with its own keys, so that reading it gives the same configuration again. */
export function configurationValue(configuration: InstanceConfiguration): Readonly<Record<string, unknown>> {
  const { extensions, sharedPreloadLibraries, parameters, restartPolicy, removal, databases } = configuration;
  return filled({
    extensions: extensions.map(extensionValue),
    shared_preload_libraries: sharedPreloadLibraries,
    parameters,
    restart_policy: restartPolicy === 'manual' ? undefined : restartPolicy,
    removal: removal === 'hold' ? undefined : removal,
    databases: databases.map(databaseValue),
  });
}

function extensionValue(extension: ExtensionConfiguration): unknown {
  const { name, image, declared, ldLibraryPath, binPath, env } = extension;
  return filled({
    name,
    image: { ...image },
    extension_control_path: declared.extensionControlPath ? extension.extensionControlPath : [],
    dynamic_library_path: declared.dynamicLibraryPath ? extension.dynamicLibraryPath : [],
    ld_library_path: ldLibraryPath,
    bin_path: binPath,
    env: env.map(({ name: variable, value }) => ({ name: variable, value })),
  });
}

function databaseValue(database: DatabaseDeclaration): unknown {
  const { name, owner, createOwner, ensure, creation, properties, schemas, extensions, fdws, servers } = database;
  return filled({
    name,
    owner,
    create_owner: createOwner ? true : undefined,
    ensure: ensure === 'absent' ? ensure : undefined,
    template: creation.template,
    encoding: creation.encoding,
    locale: creation.locale,
    locale_provider: creation.localeProvider,
    locale_collate: creation.localeCollate,
    locale_ctype: creation.localeCType,
    icu_locale: creation.icuLocale,
    icu_rules: creation.icuRules,
    builtin_locale: creation.builtinLocale,
    collation_version: creation.collationVersion,
    is_template: properties.isTemplate,
    allow_connections: properties.allowConnections,
    connection_limit: properties.connectionLimit,
    tablespace: properties.tablespace,
    extensions: extensions.map(({ update, cascade, ...extension }) =>
      filled({ ...extension, update: update === 'default' ? update : undefined, cascade: cascade ? true : undefined }),
    ),
    schemas: schemas.map(filled),
    fdws: fdws.map(({ options, usage, ...fdw }) =>
      filled({ ...fdw, options: options.map(filled), usage: usage.map(filled) }),
    ),
    servers: servers.map(({ options, usage, ...server }) =>
      filled({ ...server, options: options.map(filled), usage: usage.map(filled) }),
    ),
  });
}

/** Without what is not set, empty or the default; a key that is not there says the same. */
function filled(value: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([key, one]) => isWorthWriting(key, one)));
}

function isWorthWriting(key: string, value: unknown): boolean {
  if (value === undefined || (key === 'ensure' && value === 'present')) return false;
  return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
}
