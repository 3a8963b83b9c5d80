import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import { forwardLines } from './forward-lines.ts';

/** The pipe that a postmaster writes its log to, kept open by the init: a manager that is started again reads on. */
export interface LogPipe {
  /** The end that a postmaster gets as its output. */
  readonly writeEnd: typeof writeEnd;
  /** Reads what is in it now, without waiting: the last words of a postmaster that has ended. */
  readonly drain: () => void;
}

const readEnd = 4;
const writeEnd = 5;

export function openLogPipe(line: (line: string) => void): LogPipe {
  const lines = forwardLines(line);
  const socket = new Socket({ fd: readEnd, readable: true, writable: false });
  socket.on('data', lines.write);
  socket.on('error', () => undefined);
  socket.unref();
  const buffer = Buffer.alloc(64 * 1024);

  function drain(): void {
    for (let size = read(buffer); size > 0; size = read(buffer)) lines.write(buffer.subarray(0, size));
    lines.end();
  }

  return { writeEnd, drain };
}

/** Nothing there (EAGAIN) and nothing to come are the same to who does not wait. */
function read(buffer: Buffer): number {
  try {
    return readSync(readEnd, buffer);
  } catch {
    return 0;
  }
}
