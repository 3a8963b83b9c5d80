/** The severities of PostgreSQL, as levels of our log. A FATAL ends one session, not the server: no more than an error. */
const levels = {
  DEBUG: 'debug',
  LOG: 'info',
  INFO: 'info',
  NOTICE: 'info',
  STATEMENT: 'info',
  DETAIL: 'info',
  HINT: 'info',
  CONTEXT: 'info',
  QUERY: 'info',
  LOCATION: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'error',
  PANIC: 'error',
} as const;

export type LogLevel = (typeof levels)[keyof typeof levels];

export interface PostgresLogLine {
  readonly level: LogLevel;
  readonly severity: string | undefined;
  readonly text: string;
}

/** The first severity that is followed by a colon and two blanks: what log_line_prefix puts before it is free text. */
const severityPattern =
  /\b(DEBUG|LOG|INFO|NOTICE|STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION|WARNING|ERROR|FATAL|PANIC)\d?: {2}/;

/** Long lines are cut: a statement of megabytes must not be copied through the log. */
const longestLine = 32 * 1024;

export function parsePostgresLogLine(line: string): PostgresLogLine {
  const text = line.length > longestLine ? `${line.slice(0, longestLine)}… (${line.length} characters)` : line;
  const severity = severityPattern.exec(text.slice(0, 1024))?.[1];
  return { level: isSeverity(severity) ? levels[severity] : 'info', severity, text };
}

/** What a client hears that comes at the wrong time: a FATAL of its session, which says nothing about the server. */
const turnedAway = /FATAL: {2}the database system is (starting up|shutting down|in recovery mode|not (yet )?accepting)/;

/** Lines that tell why a server ended: FATAL and PANIC, and what it prints before it can log ("postgres: could not …"). */
export function isLastWord(line: PostgresLogLine): boolean {
  if (turnedAway.test(line.text)) return false;
  return line.severity === 'FATAL' || line.severity === 'PANIC' || /^\S*postgres: /.test(line.text);
}

function isSeverity(severity: string | undefined): severity is keyof typeof levels {
  return severity !== undefined && severity in levels;
}
