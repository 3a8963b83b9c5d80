import { type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

export interface LogOptions {
  readonly format: 'json' | 'pretty';
  readonly level: string;
}

export interface Log {
  readonly logger: Logger;
  /**
   * For the very end: writes what is still in memory. When nobody reads, it gives up after a moment: the manager must
   * end although its log cannot.
   */
  readonly close: () => Promise<void>;
}

/** Without a limit, a reader of the container's stdout that stands still would fill the manager's memory. */
const mostBytesInMemory = 16 * 1024 * 1024;
const closePatienceMs = 500;

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
    return { logger: pino(settings, stream), close: async () => undefined };
  }
  const destination = pino.destination({ fd: 1, sync: false, minLength: 0, maxLength: mostBytesInMemory });
  // A reader that is gone must not take PostgreSQL down with it.
  destination.on('error', () => undefined);
  return { logger: pino(settings, destination), close: () => closeWithin(destination, closePatienceMs) };
}

function closeWithin(destination: ReturnType<typeof pino.destination>, patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(giveUp, patienceMs);
    for (const event of ['finish', 'close', 'error'] as const) destination.once(event, done);
    destination.end();

    function giveUp(): void {
      // or pino would try to write the rest when the process exits, for ever
      destination.destroy();
      done();
    }
    function done(): void {
      clearTimeout(timer);
      resolve();
    }
  });
}
