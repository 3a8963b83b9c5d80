// ⚡ Node that does nothing.
import type { RunningProcess } from './processes.ts';
import type { Workshop } from './workshop.ts';

export function startNodeAlone(workshop: Workshop): RunningProcess {
  return workshop.processes.start({
    file: workshop.node,
    args: ['-e', "setInterval(() => {}, 1e6); process.on('SIGTERM', () => process.exit(0));"],
    environment: workshop.environment,
    stopSignal: 'SIGTERM',
  });
}

/** An HTTP server with nothing behind it. */
export function startBareHttp(workshop: Workshop): {
  readonly process: RunningProcess;
  readonly port: Promise<number>;
} {
  const opened = Promise.withResolvers<number>();
  const script = `
    const server = require('node:http').createServer((request, response) => response.end('ready\\n'));
    server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
    process.on('SIGTERM', () => process.exit(0));`;
  const running = workshop.processes.start({
    file: workshop.node,
    args: ['-e', script],
    environment: workshop.environment,
    stopSignal: 'SIGTERM',
    line: (line) => opened.resolve(Number(line.replace('port ', ''))),
  });
  return { process: running, port: opened.promise };
}
