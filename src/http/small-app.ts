import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { boundCrowd, type Crowd } from './crowd.ts';
import type { FaceCertificates } from './face-access.ts';
import { faceLimits } from './face-limits.ts';
import { oneAtATime } from './one-at-a-time.ts';

export interface SmallApp {
  readonly app: FastifyInstance;
  readonly crowd: Crowd;
}

export interface SmallAppOptions {
  /** Whether an answer may take longer than the limit for it. */
  readonly mayTakeLong: boolean;
  readonly tls?: FaceCertificates | undefined;
}

const timeLimits = { requestTimeout: faceLimits.requestMs, keepAliveTimeout: faceLimits.idleMs } as const;
/** What Node knows and Fastify does not: https://nodejs.org/api/http.html#httpcreateserveroptions-requestlistener */
const httpLimits = {
  ...timeLimits,
  maxHeaderSize: faceLimits.headerBytes,
  headersTimeout: faceLimits.requestMs,
  connectionsCheckingInterval: faceLimits.checkMs,
} as const;
const tlsLimits = { minVersion: 'TLSv1.2', handshakeTimeout: faceLimits.requestMs } as const;

const commonOptions = {
  ...timeLimits,
  logger: false,
  schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  frameworkErrors: undecodable,
} as const;

/**
 * An HTTP app without request schemas. Nothing here has any, and saying so keeps Fastify from loading the compilers for
 * them, a good part of what it needs in memory; they are not in the bundle either.
 */
export function smallApp({ mayTakeLong, tls }: SmallAppOptions): SmallApp {
  const options = { ...commonOptions, connectionTimeout: mayTakeLong ? 0 : faceLimits.answerMs };
  const app = tls === undefined ? fastify({ ...options, http: httpLimits }) : secureApp(options, tls);
  const timeliness = oneAtATime();
  const crowd = boundCrowd(app.server, faceLimits.connections);
  app.addHook('preClose', async () => crowd.dropAll());
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.addHook('onRequest', async (request, reply) => {
    if (timeliness(request.raw, reply.raw) === 'too-early') return dropConnection(reply);
    if (!mayTakeLong) limitAnswer(reply);
    // Before a byte of it is read: there are no parsers for any.
    if (hasBody(request)) return refuse(reply, 413, 'no body is wanted here');
    return undefined;
  });
  return { app, crowd };
}

/** Who is connected keeps the certificate that he has seen; the next one sees the new one. */
function secureApp(options: typeof commonOptions, tls: FaceCertificates): FastifyInstance {
  const app = fastify({ ...options, https: { ...httpLimits, ...tlsLimits, ...tls.current() } });
  tls.onChange((certificate) => app.server.setSecureContext({ ...tlsLimits, ...certificate }));
  return app;
}

/** Says no in a line, and ends the connection: whatever else comes through it is not of interest. */
export function refuse(reply: FastifyReply, statusCode: number, sentence: string): FastifyReply {
  return reply.code(statusCode).header('connection', 'close').type('text/plain').send(`${sentence}\n`);
}

function dropConnection(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.request.raw.socket.destroy();
  return reply;
}

/** Who takes an answer a byte at a time is never idle, and the answer would wait for him in memory. */
function limitAnswer({ raw }: FastifyReply): void {
  const timer = setTimeout(() => raw.destroy(), faceLimits.answerMs);
  raw.once('close', () => clearTimeout(timer));
}

function hasBody({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) !== 0);
}

/** A path that cannot even be decoded. */
function undecodable(_error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  reply.raw.writeHead(404, { 'content-type': 'text/plain', connection: 'close' }).end('not found\n');
}

function noSchemas(): never {
  throw new Error('cannot happen: no route has a schema');
}
