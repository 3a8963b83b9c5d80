import type { FastifyInstance, FastifyReply, RouteShorthandOptions } from 'fastify';
import { instanceStatus } from '../status/instance-status.ts';
import { livenessVerdict, readinessVerdict, startupVerdict, type Verdict } from '../status/probes.ts';
import type { Snapshot } from '../status/snapshot.ts';
import { bearerToken } from './bearer-token.ts';
import type { FaceAccess } from './face-access.ts';
import { refuse, smallApp } from './small-app.ts';

/** What the faces may see: the last snapshot. They never ask PostgreSQL or the disk. */
export interface StatusSource {
  readonly snapshot: () => Snapshot;
  readonly now: () => number;
  /** What makes times of day of it; see lib/clock.ts. */
  readonly wallOffsetMs: () => number;
}

export interface RenderedMetrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
}

/** `/startupz`, `/healthz`, `/readyz`, `/status` and `/metrics`: read-only. The probes want no token. */
export function statusApp(source: StatusSource, metrics: RenderedMetrics, access: FaceAccess): FastifyInstance {
  const app = readOnlyApp(['/startupz', '/healthz', '/readyz', '/status', '/metrics'], access);
  app.get('/startupz', (_request, reply) => sendVerdict(reply, startupVerdict(source.snapshot())));
  app.get('/healthz', (_request, reply) => sendVerdict(reply, livenessVerdict(source.snapshot())));
  app.get('/readyz', (_request, reply) => sendVerdict(reply, readinessVerdict(source.snapshot(), source.now())));
  app.get('/status', guarded(access), (_request, reply) =>
    reply.send(instanceStatus(source.snapshot(), source.now(), source.wallOffsetMs())),
  );
  addMetrics(app, metrics, access);
  return app;
}

/** The address for a scraper: `/metrics` alone. */
export function metricsApp(metrics: RenderedMetrics, access: FaceAccess): FastifyInstance {
  const app = readOnlyApp(['/metrics'], access);
  addMetrics(app, metrics, access);
  return app;
}

function readOnlyApp(paths: readonly string[], { tls }: FaceAccess): FastifyInstance {
  const { app } = smallApp({ mayTakeLong: false, tls });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    if (!paths.includes(path)) return refuse(reply, 404, 'not found');
    return refuse(reply.header('allow', 'GET, HEAD'), 405, 'only GET and HEAD');
  });
  return app;
}

function addMetrics(app: FastifyInstance, metrics: RenderedMetrics, access: FaceAccess): void {
  app.get('/metrics', guarded(access), async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
}

/** Only for who has the token, if there is one. */
function guarded({ acceptsToken }: FaceAccess): RouteShorthandOptions {
  if (acceptsToken === undefined) return {};
  return {
    onRequest: async ({ headers }, reply) => {
      const token = bearerToken(headers.authorization);
      if (token !== undefined && acceptsToken(token)) return undefined;
      const challenge = token === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
      return refuse(reply.header('www-authenticate', challenge), 401, 'a bearer token is wanted');
    },
  };
}

function sendVerdict(reply: FastifyReply, verdict: Verdict): FastifyReply {
  return reply
    .code(verdict.ok ? 200 : 503)
    .type('text/plain')
    .send(`${verdict.sentence}\n`);
}
