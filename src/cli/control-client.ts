import { request } from 'node:http';
import { ExitError, errorCode } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';

export interface ControlAnswer {
  readonly statusCode: number;
  readonly body: string;
}

/** Asks the running manager over its control socket. A restart can take long, so there is no time limit by itself. */
export function askManager(
  socket: string,
  method: 'GET' | 'POST',
  path: string,
  timeoutMs = 0,
): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socket, method, path, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ statusCode: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    asked.on('error', (error) => reject(new ExitError(exitCode.unavailable, explain(socket, error))));
    asked.end();
  });
}

function explain(socket: string, error: Error): string {
  switch (errorCode(error)) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return `No manager answers on ${socket}. Is it running, and is --run-dir the one that it has?`;
    case 'EACCES':
      return `The control socket ${socket} is only for the user who runs the manager (or root).`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `The manager on ${socket} ended the connection without an answer, as it does when it is stopped meanwhile. Ask "pg-instance-manager status" whether it is still there.`;
    default:
      return `The manager on ${socket} could not be asked: ${error.message}`;
  }
}
