// ⚡ Asks at a fixed rate, whatever the answers do; a process of its own, so that it keeps time.
import { Agent, get } from 'node:http';

export interface LoadRequest {
  readonly port: number;
  readonly path: string;
  readonly expectedStatus: number;
  readonly requestsPerSecond: number;
  readonly seconds: number;
  /** At the same rate, before what counts. */
  readonly warmUpSeconds: number;
  readonly connections: number;
}

export interface LoadAnswer {
  readonly latenciesMs: readonly number[];
}

function generate(request: LoadRequest): Promise<LoadAnswer> {
  const { port, path, requestsPerSecond, expectedStatus } = request;
  const agent = new Agent({ keepAlive: true, maxSockets: request.connections });
  const warmUps = request.warmUpSeconds * requestsPerSecond;
  const total = warmUps + request.seconds * requestsPerSecond;
  const latenciesMs: number[] = [];
  const startMs = performance.now() + 100;
  const dueMs = (index: number): number => startMs + (index * 1_000) / requestsPerSecond;
  const count = { sent: 0, answered: 0 };

  return new Promise((resolve, reject) => {
    function send(index: number): void {
      const asked = get({ agent, host: '127.0.0.1', port, path, timeout: 10_000 }, (response) => {
        response.resume();
        response.once('end', () => {
          if (response.statusCode !== expectedStatus) reject(new Error(`${path} answered ${response.statusCode}`));
          // From when it was due, not from when it was sent: a server that stalls must not slow the clock down.
          if (index >= warmUps) latenciesMs.push(performance.now() - dueMs(index));
          count.answered += 1;
          if (count.answered === total) resolve({ latenciesMs });
        });
      });
      asked.once('timeout', () => asked.destroy(new Error(`${path} did not answer within 10 s`)));
      asked.once('error', reject);
    }

    function sendWhatIsDue(): void {
      while (count.sent < total && dueMs(count.sent) <= performance.now()) {
        send(count.sent);
        count.sent += 1;
      }
      if (count.sent < total) setTimeout(sendWhatIsDue, 1);
    }

    sendWhatIsDue();
  });
}

const request: LoadRequest = JSON.parse(process.argv[2] ?? '');
const answer = await generate(request);
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
