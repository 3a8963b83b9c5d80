import * as z from 'zod/mini';
import { boundedList } from './bounded-list.ts';
import {
  refuseConnectionLimit,
  refuseExtension,
  refuseName,
  refuseUnsendable,
  refuseVersion,
} from './database-rules.ts';
import { refuse, ruledText } from './ruled-text.ts';

/** The name of a database, a role, a schema and the like. */
export const nameText = ruledText(refuseName);
export const optionalName = z.nullish(nameText);
export const optionalText = z.nullish(ruledText(refuseUnsendable));
export const optionalFlag = z.nullish(z.boolean());
export const connectionLimit = z.nullish(
  z.number().check(z.superRefine((limit, context) => refuse(context, refuseConnectionLimit(limit), [], 'value'))),
);
export const ensure = z.nullish(z.enum(['present', 'absent']));

/** What both formats say about an extension. */
export const extensionKeys = {
  name: ruledText(refuseExtension),
  ensure,
  version: z.nullish(ruledText(refuseVersion)),
  schema: optionalName,
};

// Lazy, all of them: most starts declare no databases, and PostgreSQL waits until the schema is made.
const options = z.nullish(boundedList(z.lazy(() => z.strictObject({ name: nameText, value: optionalText, ensure }))));
const usage = z.nullish(
  boundedList(z.lazy(() => z.strictObject({ name: nameText, type: z.nullish(z.enum(['grant', 'revoke'])) }))),
);

/** What both formats write with the same keys. A value that can only be missing beside `ensure: absent` is asked for in check-databases. */
export const objectLists = {
  schemas: z.nullish(boundedList(z.lazy(() => z.strictObject({ name: nameText, ensure, owner: optionalName })))),
  fdws: z.nullish(
    boundedList(
      z.lazy(() =>
        z.strictObject({
          name: nameText,
          ensure,
          handler: optionalName,
          validator: optionalName,
          owner: optionalName,
          options,
          usage,
        }),
      ),
    ),
  ),
  servers: z.nullish(
    boundedList(z.lazy(() => z.strictObject({ name: nameText, ensure, fdw: optionalName, options, usage }))),
  ),
};

/** An entry of `databases`. */
export const databaseEntry = z.lazy(() =>
  z.strictObject({
    name: nameText,
    owner: optionalName,
    create_owner: optionalFlag,
    ensure,
    template: optionalName,
    encoding: optionalText,
    locale: optionalText,
    locale_provider: optionalText,
    locale_collate: optionalText,
    locale_ctype: optionalText,
    icu_locale: optionalText,
    icu_rules: optionalText,
    builtin_locale: optionalText,
    collation_version: optionalText,
    is_template: optionalFlag,
    allow_connections: optionalFlag,
    connection_limit: connectionLimit,
    tablespace: optionalName,
    extensions: z.nullish(
      boundedList(
        z.strictObject({ ...extensionKeys, update: z.nullish(z.enum(['manual', 'default'])), cascade: optionalFlag }),
      ),
    ),
    ...objectLists,
  }),
);

/** An entry of `databases` as it is written. */
export type RawDatabase = z.infer<typeof databaseEntry>;
