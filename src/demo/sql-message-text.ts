/** What PostgreSQL says besides a result: https://www.postgresql.org/docs/18/protocol-error-fields.html */
interface SqlMessage {
  readonly severity?: string | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

/** An error or a notice as psql's verbose form shows it, with the SQLSTATE, one field a line. */
export function renderSqlMessage(message: SqlMessage): string {
  const { severity = 'ERROR', code, detail, hint } = message;
  const state = code === undefined || code === '00000' ? '' : `${code}: `;
  const lines = [
    `${severity}:  ${state}${message.message ?? ''}`,
    ...(detail === undefined ? [] : [`DETAIL:  ${detail}`]),
    ...(hint === undefined ? [] : [`HINT:  ${hint}`]),
  ];
  return `${lines.join('\n')}\n`;
}
