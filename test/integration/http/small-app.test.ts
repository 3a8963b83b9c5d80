import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { bindAddress } from '../../../src/http/bound-address.ts';
import { serveOn } from '../../../src/http/http-server.ts';
import { smallApp } from '../../../src/http/small-app.ts';

const big = 'x'.repeat(64 * 1024 * 1024);

test('a client who takes the answer slowly gets ten seconds for it, and then it is given up', async () => {
  const { app } = smallApp({ mayTakeLong: false });
  app.get('/', (_request, reply) => reply.send(big));
  const { address, close } = await serveOn(app, await bindAddress({ host: '127.0.0.1', port: 0 }, '--status-address'));
  const { hostname, port } = new URL(`tcp://${address}`);
  const startMs = performance.now();
  const client = connect(Number(port), hostname, () => client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
  const held = { bytes: 0 };
  client.on('error', () => undefined);
  const sips = setInterval(() => {
    held.bytes += client.read()?.length ?? 0; // never idle
  }, 200);
  const [[socket]] = await Promise.all([once(app.server, 'connection'), once(client, 'connect')]);
  await once(socket, 'close');
  clearInterval(sips);
  client.destroy();
  await close();
  const tookMs = performance.now() - startMs;
  expect(tookMs).toBeGreaterThan(9_000);
  expect(tookMs).toBeLessThan(14_000);
  expect(held.bytes).toBeGreaterThan(0);
  expect(held.bytes).toBeLessThan(big.length);
});
