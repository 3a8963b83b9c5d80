import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askHttp, type RunningManager } from '../../support/running-manager.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';
import { putFile, putPair } from './pem-files.ts';

const token = 'dGhlIHNlY3JldA-._~+/==';

function tokenFile(place: InstanceFolder): string {
  return join(place.folder, 'token');
}

describe('with a token file,', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder();
    putFile(tokenFile(place), `\n ${token} \n`);
    manager = await place.startReady({ flags: ['--token-file', tokenFile(place)], token });
  });
  afterAll(() => place?.remove());

  const ask = async (path: string, authorization?: string, method = 'GET', face?: 'metrics') =>
    askHttp(method, `http://${await manager.address(face)}${path}`, {
      headers: authorization === undefined ? {} : { authorization },
    });

  test.each(['/status', '/metrics'])('%s wants it', async (path) => {
    for (const authorization of [`Bearer ${token}`, `bearer  ${token}`]) {
      expect((await ask(path, authorization)).statusCode).toBe(200);
      expect((await ask(path, authorization, 'HEAD')).statusCode).toBe(200);
    }
    for (const authorization of [undefined, '', token, 'Bearer', `Basic ${btoa(`x:${token}`)}`]) {
      const { statusCode, headers, body } = await ask(path, authorization);
      expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(body).toBe('a bearer token is wanted\n');
    }
    for (const wrong of [`${token}x`, token.slice(1), token.toLowerCase(), 'x'.repeat(4_000)]) {
      const { statusCode, headers } = await ask(path, `Bearer ${wrong}`);
      expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
    }
    expect((await ask(path, undefined, 'HEAD')).statusCode).toBe(401);
  });

  test('the address for metrics wants it, too', async () => {
    expect((await ask('/metrics', undefined, 'GET', 'metrics')).statusCode).toBe(401);
    expect((await ask('/metrics', `Bearer ${token}`, 'GET', 'metrics')).statusCode).toBe(200);
  });

  test('the probes and the commands do not', async () => {
    for (const path of ['/startupz', '/healthz', '/readyz']) expect((await ask(path)).statusCode).toBe(200);
    expect(await place.command('health')).toMatchObject({ exitCode: 0, stdout: 'Running' });
    expect(await place.command('status')).toMatchObject({ exitCode: 0 });
  });

  test('a new token is in force soon, and the one before is not any more', async () => {
    putFile(tokenFile(place), 'another');
    await expect.poll(async () => (await ask('/status', 'Bearer another')).statusCode, { timeout: 2_000 }).toBe(200);
    expect((await ask('/status', `Bearer ${token}`)).statusCode).toBe(401);
    putFile(tokenFile(place), token);
    await manager.waitFor(() => true);
  });

  test.each([
    ['empty', ' \n', 'is empty'],
    ['two words', `${token} ${token}`, 'more than one token'],
  ])('a file that is %s is a finding, and the token before stays', async (_, text, words) => {
    putFile(tokenFile(place), text);
    const { findings } = await manager.waitFor((status) => status.findings.length > 0);
    expect(findings).toMatchObject([
      { severity: 'error', reason: 'TokenUnusable', subject: 'token', message: expect.stringContaining(words) },
    ]);
    expect(await place.command('reload')).toMatchObject({ exitCode: 70, stderr: expect.stringContaining(words) });
    putFile(tokenFile(place), token);
    await manager.waitFor((status) => status.findings.length === 0);
  });

  test('it is nowhere to be seen', async () => {
    const answers = await Promise.all(['/status', '/metrics', '/nope'].map((path) => manager.get(path)));
    const seen = manager.output() + JSON.stringify(answers) + (await place.command('status')).stdout;
    expect(seen).not.toContain(token);
  });
});

describe('at the start', () => {
  let place: InstanceFolder;
  beforeAll(async () => {
    place = await instanceFolder({ data: 'empty' });
  });
  afterAll(() => place?.remove());

  test.each([
    ['empty', '\n', /^The token file \S+ is empty\.$/],
    ['with a secret of several lines', 'hush\nhush', /^The token file \S+ has more than one token of letters, [^\n]+$/],
    [
      'too big',
      'x'.repeat(5_000),
      /^The token file \S+ cannot be read: it has 5000 bytes, more than the 4096 that are read\.$/,
    ],
  ])('a file that is %s ends the manager with 78 and one sentence', async (_, text, sentence) => {
    putFile(tokenFile(place), text);
    const manager = place.start({ flags: ['--token-file', tokenFile(place)] });
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(manager.output().trimEnd()).toMatch(sentence);
    expect(manager.output()).not.toContain('hush');
    expect([place.dataDirectory, place.runDirectory].filter(existsSync)).toEqual([]);
  });

  test('a file that is not there does, too, together with what else is wrong', async () => {
    const { flags } = putPair(place, { cert: '', key: '' });
    const manager = place.start({ flags: [...flags, '--token-file', '/nope'] });
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(manager.output().trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^The certificate file \S+ has no certificate/),
      expect.stringMatching(/^The token file \/nope cannot be read: .*ENOENT/),
    ]);
  });
});

test('certificate and token can be given through the environment', async () => {
  await using place = await instanceFolder();
  const { certificateFile, keyFile } = putPair(place, selfSigned('one'));
  putFile(tokenFile(place), token);
  const manager = place.start({
    environment: {
      PGIM_TLS_CERT_FILE: certificateFile,
      PGIM_TLS_KEY_FILE: keyFile,
      PGIM_TOKEN_FILE: tokenFile(place),
    },
  });
  expect(await manager.waitForLog(({ msg }) => msg === 'listening')).toMatchObject({ tls: true, token: true });
  const url = `https://${await manager.address()}/status`;
  expect((await askHttp('GET', url)).statusCode).toBe(401);
  expect((await askHttp('GET', url, { headers: { authorization: `Bearer ${token}` } })).statusCode).toBe(200);
});
