/**
 * The mode that a data folder has to have so that PostgreSQL takes it: https://www.postgresql.org/docs/18/app-initdb.html
 * (--allow-group-access). Kubernetes adds rights for the group (fsGroup), and then it is refused. Undefined: it may stay
 * as it is. A group that could read may go on reading, unless everybody else could, too.
 */
export function mendedMode(mode: number): number | undefined {
  if ((mode & 0o027) === 0) return undefined;
  const groupReads = (mode & 0o040) !== 0;
  const othersHaveNothing = (mode & 0o007) === 0;
  return groupReads && othersHaveNothing ? 0o750 : 0o700;
}
