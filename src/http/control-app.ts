import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { instanceStatus } from '../status/instance-status.ts';
import { phaseOf } from '../status/phase.ts';
import { readinessVerdict } from '../status/probes.ts';
import { faceLimits } from './face-limits.ts';
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
  const { app, crowd } = smallApp({ mayTakeLong: true });
  const waiting = { count: 0 };

  app.get('/status', (_request, reply) =>
    reply.send(instanceStatus(source.snapshot(), source.now(), source.wallOffsetMs())),
  );
  app.get('/health', (_request, reply) => {
    const [snapshot, nowMs] = [source.snapshot(), source.now()];
    return reply.code(readinessVerdict(snapshot, nowMs).ok ? 200 : 503).send(phaseOf(snapshot));
  });
  app.post('/reload', (request, reply) => carryOut(operations.reload, request, reply));
  app.post('/restart', (request, reply) => carryOut(operations.restart, request, reply));

  /** Those that come at the same time share their work; what they cost by waiting is bounded, too. */
  async function carryOut(
    operation: () => Promise<ControlResult>,
    { raw }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    if (waiting.count >= faceLimits.commands) return reply.code(503).header('connection', 'close').send(tooMany);
    waiting.count += 1;
    const noLonger = crowd.spare(raw.socket);
    try {
      const result = await operation();
      return reply.code(result.ok ? 200 : 500).send(result);
    } finally {
      waiting.count -= 1;
      noLonger();
    }
  }

  return app;
}

const tooMany: ControlResult = {
  ok: false,
  message: `${faceLimits.commands} commands are being carried out already; try again when they have ended.`,
};
