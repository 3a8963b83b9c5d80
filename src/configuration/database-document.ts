import * as z from 'zod/mini';
import type { Refusal } from '../documents/complaint.ts';
import { mapOf } from '../documents/plain-value.ts';
import { boundedList } from './bounded-list.ts';
import {
  connectionLimit,
  ensure,
  extensionKeys,
  nameText,
  objectLists,
  optionalFlag,
  optionalName,
  optionalText,
  type RawDatabase,
} from './database-schema.ts';
import { ruledText } from './ruled-text.ts';

const ignoredMap = z.nullish(z.record(z.string(), z.unknown()));

/** CloudNativePG's document of `kind: Database`: https://cloudnative-pg.io/documentation/current/declarative_database_management/ */
export const databaseDocument = z.lazy(() =>
  z.strictObject({
    apiVersion: ruledText(refuseApiVersion),
    kind: z.literal('Database'),
    metadata: ignoredMap,
    spec: z.strictObject({
      cluster: ignoredMap,
      name: nameText,
      owner: nameText,
      ensure,
      databaseReclaimPolicy: z.nullish(z.enum(['retain', 'delete'])),
      template: optionalName,
      encoding: optionalText,
      locale: optionalText,
      localeProvider: optionalText,
      localeCollate: optionalText,
      localeCType: optionalText,
      icuLocale: optionalText,
      icuRules: optionalText,
      builtinLocale: optionalText,
      collationVersion: optionalText,
      isTemplate: optionalFlag,
      allowConnections: optionalFlag,
      connectionLimit,
      tablespace: optionalName,
      extensions: z.nullish(boundedList(z.strictObject(extensionKeys))),
      ...objectLists,
    }),
    status: z.optional(z.unknown()),
  }),
);

export type RawDatabaseDocument = z.infer<typeof databaseDocument>;

/** Whether a file holds a document of Kubernetes and not the keys of this program. */
export function hasKind(value: unknown): boolean {
  return 'kind' in mapOf(value);
}

/** The same database as an entry of `databases`. */
export function toDatabaseEntry({ spec }: RawDatabaseDocument): RawDatabase {
  const { name, owner, ensure, template, encoding, locale, tablespace, extensions, schemas, fdws, servers } = spec;
  return {
    ...{ name, owner, ensure, template, encoding, locale, tablespace, extensions, schemas, fdws, servers },
    locale_provider: spec.localeProvider,
    locale_collate: spec.localeCollate,
    locale_ctype: spec.localeCType,
    icu_locale: spec.icuLocale,
    icu_rules: spec.icuRules,
    builtin_locale: spec.builtinLocale,
    collation_version: spec.collationVersion,
    is_template: spec.isTemplate,
    allow_connections: spec.allowConnections,
    connection_limit: spec.connectionLimit,
  };
}

function refuseApiVersion(version: string): Refusal | undefined {
  if (version === 'postgresql.cnpg.io/v1') return undefined;
  return { expected: 'postgresql.cnpg.io/v1', message: 'a Database of another version may mean something else' };
}
