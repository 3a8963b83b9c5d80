import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

const configuration = `
extensions: [{ name: hstore, image: { reference: "registry/hstore:1" } }, { name: missing }]
parameters: { max_connections: 30 }
`;

let place: InstanceFolder;
let manager: RunningManager;
beforeAll(async () => {
  place = await instanceFolder({ configuration, images: ['hstore'] });
  manager = await place.startReady();
});
afterAll(() => place?.remove());

describe('HTTP is read-only:', () => {
  test.each([
    ['GET', '/', 404],
    ['GET', '/nope', 404],
    ['GET', '/readyz/', 404],
    ['GET', '/restart', 404],
    ['POST', '/restart', 404],
    ['POST', '/reload', 404],
    ['GET', '/%2e%2e/etc/passwd', 404],
    ['POST', '/readyz', 405],
    ['PUT', '/status', 405],
    ['DELETE', '/metrics', 405],
    ['PATCH', '/healthz', 405],
    ['HEAD', '/readyz', 200],
    ['GET', '/readyz?verbose=1', 200],
  ])('%s %s is %i', async (method, path, statusCode) => {
    const answer = await manager.request(method, path);
    expect(answer.statusCode).toBe(statusCode);
    if (statusCode >= 400) expect(answer.headers['content-type']).toContain('text/plain');
    if (statusCode === 405) expect(answer.headers['allow']).toBe('GET, HEAD');
  });

  test('the address for metrics has nothing but /metrics', async () => {
    expect((await manager.request('GET', '/metrics', 'metrics')).statusCode).toBe(200);
    expect((await manager.request('POST', '/metrics', 'metrics')).statusCode).toBe(405);
    for (const path of ['/status', '/readyz', '/']) {
      expect((await manager.request('GET', path, 'metrics')).statusCode).toBe(404);
    }
  });
});

describe('/status', () => {
  test('has what its documentation promises', async () => {
    const answer = await manager.get('/status');
    expect(answer.headers['content-type']).toContain('application/json');
    const status: unknown = JSON.parse(answer.body);
    expect(status).toMatchObject({
      phase: 'Running',
      postgres: { ready: true, version: expect.stringMatching(/^18\./), starts: 1, crashes: 0, answer: 'accepting' },
      configuration: { state: 'applied', restartPolicy: 'manual' },
      restartRequired: { required: expect.any(Boolean), reasons: expect.any(Array) },
      extensions: [
        {
          name: 'hstore',
          image: 'registry/hstore:1',
          mountPath: `${place.extensionsDirectory}/hstore`,
          volume: { state: 'folder' },
          provides: [{ name: 'hstore', defaultVersion: expect.any(String) }],
          findings: [],
        },
        { name: 'missing', image: null, volume: { state: 'missing' }, findings: [{ reason: 'VolumeMissing' }] },
      ],
      findings: [
        { severity: 'error', reason: 'VolumeMissing', subject: 'extension/missing', message: expect.any(String) },
      ],
    });
  });

  test('keeps to its JSON Schema, at rest, with a restart required, and with a broken configuration', async () => {
    const file = fileURLToPath(new URL('../../../src/status/instance-status.schema.json', import.meta.url));
    expect(existsSync(file)).toBe(true);
    const ajv = new Ajv({ allErrors: true, strict: false });
    ajv.addFormat('date-time', true);
    const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));
    const expectValid = (status: unknown): void => {
      validate(status);
      expect(validate.errors ?? []).toEqual([]);
    };
    expectValid(await manager.status());
    place.writeConfiguration(configuration.replace('30', '31'));
    expectValid(await manager.waitFor(({ restartRequired }) => restartRequired.required));
    place.writeConfiguration('broken: [\n');
    expectValid(await manager.waitFor((status) => status.configuration.state === 'invalid'));
    place.writeConfiguration(configuration);
    expectValid(await manager.waitFor((status) => status.configuration.state === 'applied'));
  });

  test('is at most a second old at rest', async () => {
    const ages: number[] = [];
    const untilMs = performance.now() + 3_000;
    while (performance.now() < untilMs) {
      ages.push((await manager.status()).observationAgeMs ?? Number.POSITIVE_INFINITY);
      await delay(10);
    }
    const late = ages.filter((age) => age > 1_000);
    expect(late.length).toBeLessThanOrEqual(ages.length / 50); // the machine of a test is not always at rest
  });
});

describe('/metrics', () => {
  test.each(['status', 'metrics'] as const)('has everything on the %s address', async (face) => {
    const { body, headers } = await manager.get('/metrics', face);
    expect(headers['content-type']).toContain('text/plain');
    for (const line of [
      'postgres_up 1',
      'postgres_ready 1',
      'extension_volume_state{extension="hstore",state="folder"} 1',
      'extension_volume_state{extension="hstore",state="missing"} 0',
      'extension_volume_state{extension="missing",state="missing"} 1',
      'findings{severity="error"} 1',
      'findings{severity="warning"} 0',
      'reloads_total{result="failed"} 0',
      'restarts_total{result="done"} 0',
      'restarts_total{result="failed"} 0',
      'postmaster_starts_total 1',
      'postmaster_crashes_total 0',
    ]) {
      expect(body).toContain(`\npg_instance_manager_${line}\n`);
    }
    expect(body).toMatch(/\npg_instance_manager_reloads_total\{result="applied"\} \d+\n/);
    expect(body).toMatch(/\npg_instance_manager_build_info\{version="\d[^"]*",postgres_version="18\.\d+"\} 1\n/);
    expect(body).toContain('\nprocess_resident_memory_bytes ');
    expect(body).toContain('\n# TYPE pg_instance_manager_postgres_up gauge\n');
  });
});

describe('the log', () => {
  test('is one JSON object a line, with level, time and message', () => {
    const lines = manager.output().trimEnd().split('\n');
    for (const line of lines) {
      const { level, time, msg } = JSON.parse(line);
      expect(['debug', 'info', 'warn', 'error', 'fatal']).toContain(level);
      expect(new Date(time).toISOString()).toBe(time);
      expect(msg).toEqual(expect.any(String));
    }
  });

  test("carries PostgreSQL's lines with their severity", async () => {
    await expect(manager.sql('SELECT no_such_column')).rejects.toThrow('no_such_column');
    await manager.sql(`DO $$ BEGIN RAISE WARNING 'mind the step'; RAISE LOG 'two\nlines' ; END $$`);
    const line = (text: string) => manager.waitForLog(({ msg }) => msg.includes(text));
    expect(await line('no_such_column" does not exist')).toMatchObject({ logger: 'postgres', level: 'error' });
    expect(await line('mind the step')).toMatchObject({ logger: 'postgres', level: 'warn' });
    expect(await line('LOG:  two')).toMatchObject({ logger: 'postgres', level: 'info' });
    expect(await line('lines')).toMatchObject({ logger: 'postgres' });
  });

  test('is for people when that is asked for', async () => {
    await using other = await instanceFolder();
    const pretty = other.start({ flags: ['--log-format', 'pretty'] });
    await expect.poll(pretty.output, { timeout: 10_000 }).toContain('listening');
    expect(pretty.output()).not.toContain('{"level"');
    expect(await pretty.stop()).toEqual({ code: 0, signal: null });
  });
});
