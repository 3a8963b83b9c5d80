import type { Client } from 'pg';
import { isSessionGone, sqlFailure } from './execute-statement.ts';
import { updateKey } from './update-key.ts';

/**
 * The versions that an update leads to from a given one, by {@link updateKey}: one round trip for all. An extension
 * whose files are gone, or cannot be read, leads nowhere. Throws when the session is broken.
 *
 * https://www.postgresql.org/docs/18/functions-info.html has no word about pg_extension_update_paths; the manual
 * explains it at https://www.postgresql.org/docs/18/extend-extensions.html#EXTEND-EXTENSIONS-UPDATES
 */
export async function observeUpdateTargets(
  client: Client,
  wanted: readonly UpdateStart[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (wanted.length === 0) return new Map();
  try {
    return await ask(client, wanted);
  } catch (error) {
    const [only, ...others] = wanted;
    // The control file of one of them is missing or broken: it is not to be at the cost of the others.
    if (isSessionGone(sqlFailure(error)) || only === undefined) throw error;
    if (others.length === 0) return new Map([[updateKey(only.extension, only.from), []]]);
    const each = new Map<string, readonly string[]>();
    for (const one of wanted) {
      for (const [key, targets] of await observeUpdateTargets(client, [one])) each.set(key, targets);
    }
    return each;
  }
}

export interface UpdateStart {
  readonly extension: string;
  readonly from: string;
}

async function ask(client: Client, wanted: readonly UpdateStart[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await client.query<{
    readonly extension: string;
    readonly source: string;
    readonly targets: string[];
  }>(targetsQuery, [wanted.map(({ extension }) => extension), wanted.map(({ from }) => from)]);
  const nowhere = wanted.map(({ extension, from }): [string, readonly string[]] => [updateKey(extension, from), []]);
  return new Map([...nowhere, ...rows.map((row) => [updateKey(row.extension, row.source), row.targets] as const)]);
}

/** A path of null: there are both versions, but no way from one to the other. */
const targetsQuery = `
SELECT w.extension, w.source, pg_catalog.json_agg(p.target) AS targets
  FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) AS w(extension, source)
  CROSS JOIN LATERAL pg_catalog.pg_extension_update_paths(w.extension::name) p
 WHERE p.source = w.source AND p.path IS NOT NULL
 GROUP BY w.extension, w.source`;
