/** https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/access/transam/xlog.c: ReadControlFile, ValidatePgVersion */
const incompatible = /FATAL: {2}database files are incompatible with server/;

/**
 * Why no further start can succeed, from what PostgreSQL said in one that failed: a sentence. Undefined: the next one may,
 * when a disk is mounted again, say.
 */
export function hopelessStart(said: readonly string[], dataDirectory: string): string | undefined {
  const sentence = (detail: string, advice: string): string =>
    `PostgreSQL cannot use the data folder ${dataDirectory}, and will not be able to: ${detail}. ${advice}`;
  const index = said.findIndex((line) => incompatible.test(line));
  if (index >= 0) {
    const detail = detailOf(said[index + 1]) ?? 'the database files are incompatible with the server';
    return sentence(
      detail,
      'Run the PostgreSQL that made it, or upgrade it with pg_upgrade (https://www.postgresql.org/docs/18/pgupgrade.html).',
    );
  }
  const garbage = said.map(detailOf).find((detail) => detail?.endsWith('PG_VERSION" does not contain valid data'));
  return garbage === undefined ? undefined : sentence(garbage, 'Restore it from a backup.');
}

function detailOf(line: string | undefined): string | undefined {
  return /DETAIL: {2}(.*)$/.exec(line ?? '')?.[1]?.replace(/\.$/, '');
}
