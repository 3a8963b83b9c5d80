import type {
  DatabaseCreation,
  DatabaseDeclaration,
  DatabaseProperties,
  ExtensionDeclaration,
  FdwDeclaration,
  OptionDeclaration,
  SchemaDeclaration,
  ServerDeclaration,
  UsageDeclaration,
} from './database-declaration.ts';
import type { RawDatabase } from './database-schema.ts';

/**
 * The declaration that an entry of `databases` stands for, with all that was not said spelled out. The owner of an application
 * database is made, as CloudNativePG makes it together with the cluster.
 */
export function assembleDatabase(raw: RawDatabase, applicationOwner?: string): DatabaseDeclaration {
  // Nothing can be in a database that is not to be.
  const isAbsent = raw.ensure === 'absent';
  return {
    name: raw.name,
    owner: raw.owner ?? undefined,
    createOwner: raw.create_owner ?? (raw.owner !== undefined && raw.owner === applicationOwner),
    ensure: raw.ensure ?? 'present',
    creation: assembleCreation(raw),
    properties: assembleProperties(raw),
    schemas: isAbsent ? [] : (raw.schemas ?? []).map(assembleSchema),
    extensions: isAbsent ? [] : (raw.extensions ?? []).map(assembleExtension),
    fdws: isAbsent ? [] : (raw.fdws ?? []).map(assembleFdw),
    servers: isAbsent ? [] : (raw.servers ?? []).map(assembleServer),
  };
}

function assembleCreation(raw: RawDatabase): DatabaseCreation {
  return withoutUnset({
    template: raw.template,
    encoding: raw.encoding,
    locale: raw.locale,
    localeProvider: raw.locale_provider,
    localeCollate: raw.locale_collate,
    localeCType: raw.locale_ctype,
    icuLocale: raw.icu_locale,
    icuRules: raw.icu_rules,
    builtinLocale: raw.builtin_locale,
    collationVersion: raw.collation_version,
  });
}

function assembleProperties(raw: RawDatabase): DatabaseProperties {
  const { is_template, allow_connections, connection_limit, tablespace } = raw;
  return {
    ...withoutUnset({ isTemplate: is_template, allowConnections: allow_connections }),
    ...withoutUnset({ connectionLimit: connection_limit }),
    ...withoutUnset({ tablespace }),
  };
}

function withoutUnset<Key extends string, Value>(
  values: Readonly<Record<Key, Value | null | undefined>>,
): Partial<Record<Key, Value>> {
  const set: Partial<Record<Key, Value>> = {};
  for (const key in values) {
    const value = values[key];
    // CloudNativePG takes an empty text for one that is not set.
    if (value !== null && value !== undefined && value !== '') set[key] = value;
  }
  return set;
}

type RawItem<List extends 'schemas' | 'extensions' | 'fdws' | 'servers'> = NonNullable<RawDatabase[List]>[number];

function assembleSchema({ name, ensure, owner }: RawItem<'schemas'>): SchemaDeclaration {
  return { name, ensure: ensure ?? 'present', owner: owner ?? undefined };
}

function assembleExtension(raw: RawItem<'extensions'>): ExtensionDeclaration {
  return {
    name: raw.name,
    ensure: raw.ensure ?? 'present',
    version: raw.version ?? undefined,
    schema: raw.schema ?? undefined,
    update: raw.update ?? 'manual',
    cascade: raw.cascade ?? false,
  };
}

function assembleFdw(raw: RawItem<'fdws'>): FdwDeclaration {
  return {
    name: raw.name,
    ensure: raw.ensure ?? 'present',
    handler: raw.handler ?? undefined,
    validator: raw.validator ?? undefined,
    owner: raw.owner ?? undefined,
    options: assembleOptions(raw),
    usage: assembleUsage(raw),
  };
}

function assembleServer(raw: RawItem<'servers'>): ServerDeclaration {
  return {
    name: raw.name,
    ensure: raw.ensure ?? 'present',
    fdw: raw.fdw ?? '',
    options: assembleOptions(raw),
    usage: assembleUsage(raw),
  };
}

// An option without a value is one that is to be absent, as a server without a foreign data wrapper is.
function assembleOptions({ options }: Pick<RawItem<'fdws'>, 'options'>): readonly OptionDeclaration[] {
  return (options ?? []).map(({ name, value, ensure }) => ({ name, value: value ?? '', ensure: ensure ?? 'present' }));
}

function assembleUsage({ usage }: Pick<RawItem<'fdws'>, 'usage'>): readonly UsageDeclaration[] {
  return (usage ?? []).map(({ name, type }) => ({ name, type: type ?? 'grant' }));
}
