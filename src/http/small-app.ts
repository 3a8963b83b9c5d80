import { type FastifyInstance, fastify } from 'fastify';

const limits = { bodyLimit: 1024, requestTimeout: 5_000, keepAliveTimeout: 15_000, connectionTimeout: 30_000 } as const;

/**
 * An HTTP app without request schemas. Nothing here has any, and saying so keeps Fastify from loading the compilers for
 * them, a good part of what it needs in memory; they are not in the bundle either.
 */
export function smallApp(options: { readonly mayTakeLong: boolean }): FastifyInstance {
  const app = fastify({
    ...limits,
    connectionTimeout: options.mayTakeLong ? 0 : limits.connectionTimeout,
    logger: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    // a path that cannot even be decoded
    frameworkErrors: (_error, _request, reply) => {
      reply.hijack();
      reply.raw.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
    },
  });
  // Nothing here takes a body, so whatever its type, it is passed over.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null);
  });
  return app;
}

function noSchemas(): never {
  throw new Error('cannot happen: no route has a schema');
}
