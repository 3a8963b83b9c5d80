import { type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

export interface LogOptions {
  readonly format: 'json' | 'pretty';
  readonly level: string;
}

export interface Log {
  readonly logger: Logger;
  /** Writes what is still in memory; for the very end. */
  readonly flush: () => void;
}

/** Without a limit, a reader of the container's stdout that stands still would fill the manager's memory. */
const mostBytesInMemory = 16 * 1024 * 1024;

/** One JSON object a line on stdout, or text for a person at a terminal. */
export async function openLog(options: LogOptions): Promise<Log> {
  const settings = {
    level: options.level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (options.format === 'pretty') {
    const { default: pretty } = await import('pino-pretty');
    const stream = pretty({ colorize: true, sync: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'logger' });
    return { logger: pino(settings, stream), flush: () => undefined };
  }
  const destination = pino.destination({ fd: 1, sync: false, minLength: 0, maxLength: mostBytesInMemory });
  // A reader that is gone must not take PostgreSQL down with it.
  destination.on('error', () => undefined);
  return { logger: pino(settings, destination), flush: () => flushQuietly(() => destination.flushSync()) };
}

function flushQuietly(flush: () => void): void {
  try {
    flush();
  } catch {
    // There is nobody left to tell.
  }
}
