import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

export interface LogOptions {
  readonly format: 'json' | 'pretty';
  readonly level: string;
}

export interface Log {
  readonly logger: Logger;
  /**
   * For the very end: waits until all is written, as long as somebody reads. When nobody does, it gives up after a
   * moment: the manager must end although its log cannot.
   */
  readonly close: () => Promise<void>;
}

/** Without a limit, a reader of the container's stdout that stands still would fill the manager's memory. */
const mostBytesInMemory = 16 * 1024 * 1024;
const closePatienceMs = 500;

/** One JSON object a line, or text for a person at a terminal. */
export async function openLog(options: LogOptions, output: Writable): Promise<Log> {
  // A reader that is gone must not take PostgreSQL down with it.
  output.on('error', () => undefined);
  const settings = {
    level: options.level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const close = (): Promise<void> => untilWritten(output);
  const asItIs = (line: string): string => line;
  if (options.format === 'json') return { logger: pino(settings, bounded(output, asItIs)), close };
  const { prettyFactory } = await import('pino-pretty');
  // Not its stream: that one would keep all that is not read.
  const render = prettyFactory({ colorize: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'logger' });
  return { logger: pino(settings, bounded(output, render)), close };
}

/**
 * Lines beyond the limit are lost, and that is said when there is room again. The stream is Node's own: it waits for the
 * reader without blocking the process, and without a thread that would block the end of it.
 */
function bounded(output: Writable, render: (line: string) => string): { readonly write: (line: string) => void } {
  const held = { lost: 0 };
  return {
    write: (line) => {
      if (output.writableLength > mostBytesInMemory) {
        held.lost += 1;
        return;
      }
      if (held.lost > 0)
        output.write(
          render(`${JSON.stringify({ level: 'warn', lost: held.lost, msg: 'lines of the log were lost' })}\n`),
        );
      held.lost = 0;
      output.write(render(line));
    },
  };
}

async function untilWritten(output: Writable): Promise<void> {
  let left = Number.POSITIVE_INFINITY;
  while (!output.destroyed && output.writableLength > 0 && output.writableLength < left) {
    left = output.writableLength;
    await Promise.race([written(output), delay(closePatienceMs)]);
  }
}

/** An empty chunk is done when all before it is. */
function written(output: Writable): Promise<void> {
  return new Promise((resolve) => {
    output.write('', () => resolve());
  });
}
