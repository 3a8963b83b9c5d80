import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crowdOfConnections, talk } from '../../support/crowd-of-connections.ts';
import { askHttp, type RunningManager } from '../../support/running-manager.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';
import { putPair } from './pem-files.ts';

const begun = `GET /status HTTP/1.1\r\nx: ${'y'.repeat(7_000)}\r\n`;
const whole = 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n';

type Scheme = 'http' | 'https';

let place: InstanceFolder;
let manager: RunningManager;
beforeAll(async () => {
  place = await instanceFolder();
  manager = await place.startReady();
});
afterAll(() => place?.remove());

function memoryMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Asks for readiness until `task` is over; on a new connection each time and from an address of its own, as a kubelet does. */
async function slowestProbeMs(of: RunningManager, scheme: Scheme, task: Promise<unknown>): Promise<number> {
  const url = `${scheme}://${await of.address()}/readyz`;
  const held = { isOver: false, slowestMs: 0 };
  const probing = (async () => {
    do {
      const startMs = performance.now();
      expect((await askHttp('GET', url, { localAddress: '127.0.0.2' })).statusCode).toBe(200);
      held.slowestMs = Math.max(held.slowestMs, performance.now() - startMs);
      await delay(20);
    } while (!held.isOver);
  })();
  await Promise.all([task.finally(() => Object.assign(held, { isOver: true })), probing]);
  return held.slowestMs;
}

/** What 10,000 connections that never get anywhere do to the probes and to the process. */
async function flood(of: RunningManager, scheme: Scheme, words: string): Promise<void> {
  const [beforeMiB, before] = [memoryMiB(of.pid), descriptors(of.pid)];
  const opening = crowdOfConnections(await of.address(), 10_000, words);
  expect(await slowestProbeMs(of, scheme, opening)).toBeLessThan(2_500); // on a machine that does other things, too
  const crowd = await opening;
  expect(descriptors(of.pid) - before).toBeLessThan(300);
  expect(memoryMiB(of.pid) - beforeMiB).toBeLessThan(100); // in the first seconds V8 takes more than it would later
  await expect.poll(crowd.open, { timeout: 10_000 }).toBe(0);
  await expect.poll(() => descriptors(of.pid) - before, { timeout: 2_000 }).toBeLessThan(10);
}

describe('10,000 connections that never get anywhere keep no probe out, and cost little:', () => {
  test('they say nothing', () => flood(manager, 'http', ''));

  test('their headers do not end', () => flood(manager, 'http', begun));

  test('they say nothing where TLS is spoken', async () => {
    await using secure = await instanceFolder();
    const files = putPair(secure, selfSigned('one'));
    await flood(await secure.startReady({ flags: files.flags }), 'https', '');
  });
});

describe('a client', () => {
  test('who sends a byte now and then is ended', async () => {
    const { answer, tookMs } = await talk(
      await manager.address(),
      ['GET / HTTP/1.1\r\n', ...'x: yyyyyyyyyyyyyyyyyyyyyyyy'],
      500,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(tookMs).toBeGreaterThan(4_500);
    expect(tookMs).toBeLessThan(9_000);
  });

  test.each(['/status', '/readyz', '/no'])('with a megabyte of headers for %s gets 431 at once', async (path) => {
    const megabyte = `x-more: ${'y'.repeat(1_000)}\r\n`.repeat(1_000);
    const { answer, tookMs } = await talk(await manager.address(), [
      `GET ${path} HTTP/1.1\r\nhost: x\r\n${megabyte}\r\n`,
    ]);
    // the answer is lost when more of the headers comes after it
    expect(answer).toMatch(/^$|^HTTP\/1\.1 431 /);
    expect(tookMs).toBeLessThan(2_000);
  });

  test.each([
    ['GET /status', 'content-length: 1000000000', ''],
    ['POST /status', 'content-length: 1', ''],
    ['POST /nope', 'transfer-encoding: chunked', '5\r\nhello\r\n'],
  ])('with a body gets 413 before it was sent: %s, %s', async (line, header, body) => {
    const words = `${line} HTTP/1.1\r\nhost: x\r\n${header}\r\n\r\n${body}`;
    const { answer, tookMs } = await talk(await manager.address(), [words]);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('no body is wanted here');
    expect(tookMs).toBeLessThan(2_000);
  });

  test('who asks again before there was an answer is ended', async () => {
    const { answer, tookMs } = await talk(await manager.address(), [whole.repeat(1_000)]);
    expect(answer).toBe('');
    expect(tookMs).toBeLessThan(2_000);
  });

  test('who waits for the answer keeps its connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const reused: boolean[] = [];
    for (const path of ['/metrics', '/metrics', '/metrics']) {
      const asked = request(`http://${await manager.address('metrics')}${path}`, { agent }).end();
      const [response] = await once(asked, 'response');
      expect(response.statusCode).toBe(200);
      response.resume();
      await once(response, 'end');
      reused.push(asked.reusedSocket);
    }
    agent.destroy();
    expect(reused).toEqual([false, true, true]);
  });
});

describe('a storm on the control socket', () => {
  const inBody = (body: string): { ok: boolean; message: string } => JSON.parse(body);

  test('of reloads is answered with few passes', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => manager.control('POST', '/reload')));
    const codes = answers.map(({ statusCode }) => statusCode);
    expect(codes.filter((code) => code === 200).length).toBeGreaterThanOrEqual(64);
    expect([...new Set(codes)].filter((code) => code !== 200 && code !== 503)).toEqual([]);
    for (const { body } of answers.filter(({ statusCode }) => statusCode === 503)) {
      expect(inBody(body)).toEqual({ ok: false, message: expect.stringContaining('try again') });
    }
  });

  test('of restarts makes two of them, and somebody can ask for health meanwhile', async () => {
    const before = (await manager.status()).postgres;
    const storm = Promise.all(Array.from({ length: 200 }, () => manager.control('POST', '/restart')));
    await delay(20);
    expect((await manager.control('GET', '/health')).body).toMatch(/^\w+$/);
    const codes = (await storm).map(({ statusCode }) => statusCode);
    expect(codes.filter((code) => code === 200).length).toBeGreaterThanOrEqual(64);
    const { postgres } = await manager.waitFor((status) => status.postgres.ready);
    expect(postgres.starts - before.starts).toBeGreaterThanOrEqual(1);
    // one for the first, one for all that came meanwhile, and one for who came when there was room again
    expect(postgres.starts - before.starts).toBeLessThanOrEqual(3);
    expect(postgres.crashes).toBe(before.crashes);
  });

  test('of connections that say nothing lets others in, and does not drop who waits for a command', async () => {
    const before = (await manager.status()).postgres;
    const restarted = manager.control('POST', '/restart');
    await manager.waitFor(({ phase }) => phase !== 'Running');
    const socketPath = join(place.runDirectory, 'pg-instance-manager.sock');
    const crowd = await crowdOfConnections({ socketPath }, 2_000);
    expect((await manager.control('GET', '/status')).statusCode).toBe(200);
    expect(await place.command('health')).toMatchObject({ exitCode: 0 });
    expect((await restarted).statusCode).toBe(200);
    expect((await manager.status()).postgres.starts).toBe(before.starts + 1);
    crowd.end();
  });
});
