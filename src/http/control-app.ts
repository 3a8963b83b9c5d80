import type { FastifyInstance } from 'fastify';
import { instanceStatus } from '../status/instance-status.ts';
import { phaseOf } from '../status/phase.ts';
import { readinessVerdict } from '../status/probes.ts';
import { smallApp } from './small-app.ts';
import type { StatusSource } from './status-app.ts';

/** How a request of a command ended. */
export interface ControlResult {
  readonly ok: boolean;
  readonly message: string;
}

export interface ControlOperations {
  /** Reads the configuration anew and applies it. */
  readonly reload: () => Promise<ControlResult>;
  /** Restarts PostgreSQL with what is desired now; resolves when it accepts again. */
  readonly restart: () => Promise<ControlResult>;
}

/** The only way to change something, on a unix socket that only the manager's user can open. */
export function controlApp(source: StatusSource, operations: ControlOperations): FastifyInstance {
  const app = smallApp({ mayTakeLong: true });
  app.get('/status', (_request, reply) => reply.send(instanceStatus(source.snapshot(), source.now())));
  app.get('/health', (_request, reply) => {
    const [snapshot, nowMs] = [source.snapshot(), source.now()];
    return reply.code(readinessVerdict(snapshot, nowMs).ok ? 200 : 503).send(phaseOf(snapshot));
  });
  app.post('/reload', async (_request, reply) => {
    const result = await operations.reload();
    return reply.code(result.ok ? 200 : 500).send(result);
  });
  app.post('/restart', async (_request, reply) => {
    const result = await operations.restart();
    return reply.code(result.ok ? 200 : 500).send(result);
  });
  return app;
}
