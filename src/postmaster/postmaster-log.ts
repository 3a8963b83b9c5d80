import { hideSecrets } from '../lib/hide-secrets.ts';

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
  return { level: isSeverity(severity) ? levels[severity] : 'info', severity, text: hideSecrets(text) };
}

/** What a client hears that comes at the wrong time: a FATAL of its session, which says nothing about the server. */
const turnedAway = /FATAL: {2}the database system is (starting up|shutting down|in recovery mode|not (yet )?accepting)/;

/** The FATAL after them, "could not create any TCP/IP sockets", has neither the port nor the reason. */
const portIsTaken =
  /LOG: {2}could not bind .* address .*: Address already in use|HINT: {2}Is another postmaster already running on port/;
/** Said at the level LOG although it is the reason for an end: https://www.postgresql.org/docs/18/storage-file-layout.html */
const lockFileLost = /LOG: {2}performing immediate shutdown because data directory lock file is invalid/;

/** Lines that tell why a server ended: FATAL and PANIC, and what it prints before it can log ("postgres: could not …"). */
export function isLastWord(line: PostgresLogLine): boolean {
  if (turnedAway.test(line.text)) return false;
  if (portIsTaken.test(line.text) || lockFileLost.test(line.text)) return true;
  return line.severity === 'FATAL' || line.severity === 'PANIC' || /^\S*postgres: /.test(line.text);
}

const ofChild = /LOG: {2}(.* \(PID \d+\) was terminated by signal .*|.* \(PID \d+\) exited with exit code \d+)$/;

/** Which of its processes a postmaster says to have crashed; undefined: the line is about something else. */
export function crashOfChild({ severity, text }: PostgresLogLine): string | undefined {
  return severity === 'LOG' ? ofChild.exec(text)?.[1] : undefined;
}

/**
 * Before it is up, a server says in LOG lines what it does not like about its files; the FATAL line after them only says that
 * there was something. https://www.postgresql.org/docs/18/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE
 */
const aboutFiles =
  /LOG: {2}(could not (open|read) (configuration|file|directory)|syntax error in file|unrecognized configuration parameter|invalid value for parameter|parameter ".*" (cannot|requires)|could not load|.* pg_hba)/;

export function isAboutFiles({ severity, text }: PostgresLogLine): boolean {
  return severity === 'LOG' && aboutFiles.test(text);
}

/** Which disk it is and how full shows a look at the disks; in another language than English it comes later. */
export function isAboutDisk({ text }: PostgresLogLine): boolean {
  return /No space left on device|Disk quota exceeded|Read-only file system/.test(text);
}

function isSeverity(severity: string | undefined): severity is keyof typeof levels {
  return severity !== undefined && severity in levels;
}
