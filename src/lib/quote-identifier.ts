/** A name for a statement: https://www.postgresql.org/docs/18/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
export function quoteIdentifier(name: string): string {
  if (name.includes('\0')) throw new Error('a PostgreSQL identifier cannot contain the character NUL');
  return `"${name.replaceAll('"', '""')}"`;
}
