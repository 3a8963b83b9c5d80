import { once } from 'node:events';
import { chmodSync, chownSync, existsSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askHttp, type RunningManager } from '../../support/running-manager.ts';
import { type SelfSigned, selfSigned } from '../../support/self-signed.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';
import { type PemFiles, putFile, putPair, swapSecret } from './pem-files.ts';

const dayMs = 86_400_000;

interface SecureOptions {
  readonly ca?: string;
  readonly maxVersion?: SecureVersion;
}

/** A connection after the handshake. With `ca` the certificate must be that one. */
async function shakeHands(address: string, { ca, maxVersion }: SecureOptions = {}): Promise<TLSSocket> {
  const { hostname: host, port } = new URL(`tcp://${address}`);
  const socket = connect({
    ...{ host, port: Number(port), rejectUnauthorized: ca !== undefined },
    ...(ca === undefined ? {} : { ca }),
    ...(maxVersion === undefined ? {} : { maxVersion, minVersion: maxVersion, ciphers: 'ALL@SECLEVEL=0' }),
  });
  await once(socket, 'secureConnect');
  return socket;
}

/** The common name of the certificate that a new connection sees. */
async function nameSeen(manager: RunningManager, face: 'status' | 'metrics' = 'status'): Promise<string> {
  const socket = await shakeHands(await manager.address(face));
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
}

async function reasons(manager: RunningManager): Promise<readonly string[]> {
  return (await manager.status()).findings.map(({ severity, reason }) => `${severity} ${reason}`);
}

describe('with a certificate and its key,', () => {
  const pair = selfSigned('first');
  let place: InstanceFolder;
  let manager: RunningManager;
  let files: PemFiles;
  beforeAll(async () => {
    place = await instanceFolder();
    files = swapSecret(place, 1, pair);
    manager = await place.startReady({ flags: files.flags });
  });
  afterAll(() => place?.remove());

  test('both addresses speak TLS and nothing else, which a client can verify', async () => {
    for (const face of ['status', 'metrics'] as const) {
      const socket = await shakeHands(await manager.address(face), { ca: pair.cert });
      expect(socket.authorized).toBe(true);
      socket.destroy();
      const answer = askHttp('GET', `http://${await manager.address(face)}/metrics`);
      expect(await answer.then(({ statusCode }) => statusCode).catch(() => 'ended')).toSatisfy(
        (seen) => seen === 400 || seen === 'ended',
      );
    }
    expect((await manager.get('/metrics', 'metrics')).body).toContain('pg_instance_manager_postgres_up 1');
  });

  test('probes are answered to who does not verify', async () => {
    for (const path of ['/startupz', '/healthz', '/readyz']) expect((await manager.get(path)).statusCode).toBe(200);
    expect(await manager.waitForLog(({ msg }) => msg === 'listening')).toMatchObject({ tls: true, token: false });
  });

  test('TLS 1.2 and 1.3 are spoken, 1.1 is not', async () => {
    const address = await manager.address();
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await shakeHands(address, { maxVersion });
      expect(socket.getProtocol()).toBe(maxVersion);
      socket.destroy();
    }
    await expect(shakeHands(address, { maxVersion: 'TLSv1.1' })).rejects.toThrow(/protocol version|ECONNRESET/);
  });

  test('the commands need neither', async () => {
    expect(await place.command('health')).toEqual({ exitCode: 0, stdout: 'Running', stderr: '' });
    expect(JSON.parse((await place.command('status')).stdout)).toMatchObject({ phase: 'Running', findings: [] });
  });

  test('a swapped Secret is in force for new connections soon, and those that are open go on', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    const address = await manager.address();
    const ask = async (): Promise<number | undefined> => {
      const asked = request(`https://${address}/readyz`, { agent }).end();
      const [response] = await once(asked, 'response');
      response.resume();
      await once(response, 'end');
      return asked.reusedSocket ? response.statusCode : undefined;
    };
    await ask();
    const startMs = performance.now();
    swapSecret(place, 2, selfSigned('second'));
    await expect.poll(() => nameSeen(manager), { timeout: 5_000, interval: 10 }).toBe('second');
    expect(performance.now() - startMs).toBeLessThan(2_000);
    expect(await nameSeen(manager, 'metrics')).toBe('second');
    expect(await ask()).toBe(200); // on the connection of before
    agent.destroy();
    expect(await reasons(manager)).toEqual([]);
  });

  test('a pair that does not fit is a finding, and the one before stays; until there is a good one', async () => {
    swapSecret(place, 3, { cert: selfSigned('third').cert, key: selfSigned('other').key });
    const { findings } = await manager.waitFor((status) => status.findings.length > 0);
    expect(findings).toEqual([
      {
        severity: 'error',
        reason: 'CertificateUnusable',
        subject: 'certificate',
        message: `The key in ${files.keyFile} cannot be used with the certificate in ${files.certificateFile}: it belongs to another one. The one before stays in force.`,
      },
    ]);
    expect(await nameSeen(manager)).toBe('second');
    expect(await place.command('reload')).toMatchObject({
      exitCode: 70,
      stderr: expect.stringContaining('belongs to'),
    });
    swapSecret(place, 4, selfSigned('fourth'));
    expect(await place.command('reload')).toMatchObject({ exitCode: 0 });
    expect(await nameSeen(manager)).toBe('fourth');
    expect(await reasons(manager)).toEqual([]);
    expect(manager.log().filter(({ msg }) => msg === 'finding is gone')).toMatchObject([
      { reason: 'CertificateUnusable' },
    ]);
  });

  test('one that is about to expire is a warning, one that has expired an error; both are in force', async () => {
    const from = new Date(Date.now() - 100 * dayMs);
    swapSecret(place, 5, selfSigned('fifth', { notBefore: from, notAfter: new Date(Date.now() + 6 * dayMs) }));
    await manager.waitFor(({ findings }) => findings.some(({ reason }) => reason === 'CertificateExpiring'));
    expect(await reasons(manager)).toEqual(['warning CertificateExpiring']);
    expect(await nameSeen(manager)).toBe('fifth');
    swapSecret(place, 6, selfSigned('sixth', { notBefore: from, notAfter: new Date(Date.now() - dayMs) }));
    const { findings } = await manager.waitFor((status) =>
      status.findings.some(({ severity }) => severity === 'error'),
    );
    expect(findings).toMatchObject([
      { reason: 'CertificateExpiring', message: expect.stringContaining('has expired') },
    ]);
    expect(await nameSeen(manager)).toBe('sixth');
    swapSecret(place, 7, selfSigned('seventh'));
    await manager.waitFor((status) => status.findings.length === 0);
  });

  test('nothing of the key is in the log or in the status', async () => {
    const text = manager.output() + (await manager.get('/status')).body + (await manager.get('/metrics')).body;
    expect(text).not.toContain('PRIVATE KEY');
    expect(text).not.toContain(pair.key.split('\n')[1]);
  });
});

test('files that are replaced one after the other are no finding, whatever is between', async () => {
  await using place = await instanceFolder();
  const { certificateFile, keyFile, flags } = putPair(place, selfSigned('first'));
  const manager = await place.startReady({ flags: [...flags, '--resync-interval', '1s'] });
  const second = selfSigned('second');
  putFile(certificateFile, second.cert);
  await new Promise((resolve) => setTimeout(resolve, 60));
  putFile(keyFile, second.key);
  await expect.poll(() => nameSeen(manager), { timeout: 5_000 }).toBe('second');
  expect(manager.output()).not.toContain('CertificateUnusable');
  // the same content with another time is nothing new
  putPair(place, second);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(manager.log().filter(({ msg }) => msg === 'a new certificate is in force')).toHaveLength(1);
});

describe('at the start', () => {
  let place: InstanceFolder;
  beforeAll(async () => {
    place = await instanceFolder({ data: 'empty' });
  });
  afterAll(() => place?.remove());

  const good = selfSigned('good');
  const unfit: SelfSigned = { cert: good.cert, key: selfSigned('other').key };
  test.each([
    [
      'a key of another certificate',
      unfit,
      /^The key in \S+ cannot be used with the certificate in \S+: it belongs to another one\.$/,
    ],
    [
      'no certificate',
      { cert: 'hello', key: good.key },
      /^The certificate file \S+ has no certificate in PEM format\.$/,
    ],
    [
      'an empty key',
      { cert: good.cert, key: '' },
      /^The key file \S+ has no private key in PEM format, or one with a passphrase\.$/,
    ],
    [
      'a key with a passphrase',
      selfSigned('x', { passphrase: 'p' }),
      /^The key file \S+ has no private key in PEM format, or /,
    ],
  ])('%s ends the manager with 78 and one sentence, before anything was written', async (_, pair, sentence) => {
    const manager = place.start({ flags: putPair(place, pair).flags });
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(manager.output().trimEnd()).toMatch(sentence);
    expect([place.dataDirectory, place.runDirectory].filter(existsSync)).toEqual([]);
  });

  test.each([
    ['--tls-cert-file', '/nope.crt', '--tls-key-file', '/nope.key'],
    ['--tls-cert-file', '/proc', '--tls-key-file', '/dev/zero'],
  ])('files that cannot be read do, too: %s %s', async (...flags) => {
    const manager = place.start({ flags });
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(manager.output().trimEnd()).toMatch(/^The certificate file \S+ cannot be read: [^\n]+\.$/);
  });

  test.each(['--tls-cert-file', '--tls-key-file'])('%s alone is a wrong command line', async (flag) => {
    const manager = place.start({ flags: [flag, '/some/file'] });
    expect(await manager.exited).toEqual({ code: 64, signal: null });
    expect(manager.output().trimEnd()).toMatch(/^--tls-\S+ was given without --tls-\S+; TLS needs both\.$/);
  });
});

test.skipIf(process.getuid?.() !== 0)(
  'a key that only root can read is read as root, and that a new one will not be is a warning',
  async () => {
    await using place = await instanceFolder();
    const { certificateFile, keyFile, flags } = putPair(place, selfSigned('first'));
    chownSync(keyFile, 0, 0);
    chmodSync(keyFile, 0o400);
    const manager = await place.startReady({ flags: [...flags, '--resync-interval', '500ms'] });
    expect(await nameSeen(manager)).toBe('first');
    const { findings } = await manager.waitFor((status) => status.findings.length > 0);
    expect(findings).toMatchObject([
      { severity: 'warning', reason: 'CertificateUnusable', message: expect.stringContaining('permission denied') },
    ]);
    expect(await place.command('reload')).toMatchObject({ exitCode: 0 });
    const second = selfSigned('second');
    putFile(certificateFile, second.cert);
    putFile(keyFile, second.key);
    await manager.waitFor((status) => status.findings.length === 0);
    expect(await nameSeen(manager)).toBe('second');
  },
);

test('a manager that takes PostgreSQL on goes on with a broken pair: nobody gets in until it is mended', async () => {
  await using place = await instanceFolder();
  const files = putPair(place, selfSigned('first'));
  const dead = await place.startReady({ flags: files.flags });
  const { pid } = (await dead.status()).postgres;
  await dead.stop('SIGKILL');
  putFile(files.keyFile, 'broken');
  const manager = place.start({ flags: files.flags });
  await manager.waitForLog(({ msg }) => msg === 'listening');
  await expect(manager.get('/readyz')).rejects.toThrow();
  const seen = JSON.parse((await manager.control('GET', '/status')).body);
  expect(seen.postgres).toMatchObject({ pid });
  expect(seen.findings).toMatchObject([
    { severity: 'error', reason: 'CertificateUnusable', message: expect.stringContaining('nobody gets in') },
  ]);
  putPair(place, selfSigned('second'));
  await manager.ready();
  expect(await nameSeen(manager)).toBe('second');
  expect((await manager.status()).findings).toEqual([]);
});
