import type { FastifyInstance, FastifyReply } from 'fastify';
import { instanceStatus } from '../status/instance-status.ts';
import { livenessVerdict, readinessVerdict, startupVerdict, type Verdict } from '../status/probes.ts';
import type { Snapshot } from '../status/snapshot.ts';
import { smallApp } from './small-app.ts';

/** What the faces may see: the last snapshot. They never ask PostgreSQL or the disk. */
export interface StatusSource {
  readonly snapshot: () => Snapshot;
  readonly now: () => number;
}

export interface RenderedMetrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
}

/** `/startupz`, `/healthz`, `/readyz`, `/status` and `/metrics`: read-only. */
export function statusApp(source: StatusSource, metrics: RenderedMetrics): FastifyInstance {
  const app = readOnlyApp(['/startupz', '/healthz', '/readyz', '/status', '/metrics']);
  app.get('/startupz', (_request, reply) => sendVerdict(reply, startupVerdict(source.snapshot())));
  app.get('/healthz', (_request, reply) => sendVerdict(reply, livenessVerdict(source.snapshot())));
  app.get('/readyz', (_request, reply) => sendVerdict(reply, readinessVerdict(source.snapshot(), source.now())));
  app.get('/status', (_request, reply) => reply.send(instanceStatus(source.snapshot(), source.now())));
  addMetrics(app, metrics);
  return app;
}

/** The address for a scraper: `/metrics` alone. */
export function metricsApp(metrics: RenderedMetrics): FastifyInstance {
  const app = readOnlyApp(['/metrics']);
  addMetrics(app, metrics);
  return app;
}

function readOnlyApp(paths: readonly string[]): FastifyInstance {
  const app = smallApp({ mayTakeLong: false });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    if (!paths.includes(path)) return reply.code(404).type('text/plain').send('not found\n');
    return reply.code(405).header('allow', 'GET, HEAD').type('text/plain').send('only GET and HEAD\n');
  });
  return app;
}

function addMetrics(app: FastifyInstance, metrics: RenderedMetrics): void {
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}

function sendVerdict(reply: FastifyReply, verdict: Verdict): FastifyReply {
  return reply
    .code(verdict.ok ? 200 : 503)
    .type('text/plain')
    .send(`${verdict.sentence}\n`);
}
