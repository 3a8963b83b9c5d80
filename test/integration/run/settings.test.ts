import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { addSettings, type InstanceFolder, instanceFolder } from './instance-folder.ts';

function isApplied({ configuration }: InstanceStatus): boolean {
  return configuration.state === 'applied';
}

function isRefused({ configuration }: InstanceStatus): boolean {
  return configuration.state === 'refused';
}

describe('parameters', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: 'parameters: { work_mem: 5MB }\n' });
    manager = await place.startReady();
  });
  afterAll(() => place?.remove());

  test('are applied by a reload that an open session sees', async () => {
    const client = await manager.client();
    expect((await client.query('SHOW work_mem')).rows).toEqual([{ work_mem: '5MB' }]);
    const before = await manager.status();
    place.writeConfiguration('parameters: { work_mem: 6MB, log_min_messages: notice }\n');
    const after = await manager.waitFor(
      (status) => isApplied(status) && status.configuration.sha256 !== before.configuration.sha256,
    );
    expect((await client.query('SHOW work_mem')).rows).toEqual([{ work_mem: '6MB' }]);
    expect(after.configuration.settings.loadedSha256).toBe(after.configuration.settings.desiredSha256);
    expect(after.postgres).toMatchObject({ pid: before.postgres.pid, starts: 1 });
    expect((await manager.get('/metrics')).body).toContain('pg_instance_manager_reloads_total{result="applied"} 1');
  });

  test('that are taken away fall back to what they were without the configuration', async () => {
    place.writeConfiguration('');
    await expect.poll(() => manager.sql('SHOW work_mem'), { timeout: 5_000 }).toEqual([{ work_mem: '4MB' }]);
    expect(isApplied(await manager.waitFor(isApplied))).toBe(true);
  });

  test('have their values quoted, whatever is in them', async () => {
    const value = String.raw`it's "a" \n #'; work_mem = '1GB`;
    place.writeConfiguration(`parameters: { application.title: ${JSON.stringify(value)}, Work_Mem: 9MB }\n`);
    await expect.poll(() => manager.sql('SHOW work_mem'), { timeout: 5_000 }).toEqual([{ work_mem: '9MB' }]);
    expect(await manager.sql('SHOW application.title')).toEqual([{ 'application.title': value }]);
  });

  test.each([
    ['a value that PostgreSQL does not take', 'work_mem: 8 bananas', 'invalid value for parameter "work_mem": …'],
    ['a parameter that PostgreSQL does not know', 'wrok_mem: 8MB', 'unrecognized configuration parameter "wrok_mem"'],
    ['a value out of range', 'work_mem: 1kB', '1 kB is outside the valid range'],
  ])('never replace the text in force by %s', async (_what, parameter, reason) => {
    place.writeConfiguration('parameters: { work_mem: 7MB }\n');
    await expect.poll(() => manager.sql('SHOW work_mem'), { timeout: 5_000 }).toEqual([{ work_mem: '7MB' }]);
    const file = join(place.dataDirectory, 'pg-instance-manager.conf');
    const [text, inode] = [place.readData('pg-instance-manager.conf'), statSync(file).ino];

    place.writeConfiguration(`parameters: { ${parameter} }\n`);
    const { findings, postgres } = await manager.waitFor(isRefused);
    expect(findings).toMatchObject([{ severity: 'error', reason: 'SettingsRefused', subject: 'configuration' }]);
    expect(findings[0]?.message).toContain(reason);
    expect(place.readData('pg-instance-manager.conf')).toBe(text);
    expect(statSync(file).ino).toBe(inode);
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
    expect(postgres).toMatchObject({ ready: true, starts: 1 });
    expect(await manager.control('POST', '/reload')).toMatchObject({ statusCode: 500 });

    place.writeConfiguration('parameters: { work_mem: 7MB }\n');
    expect((await manager.waitFor(isApplied)).findings).toEqual([]);
  });

  test('that need a restart are reported with running and desired value, and the rest is applied', async () => {
    place.writeConfiguration('parameters: { max_connections: 33, work_mem: 11MB }\n');
    const { restartRequired, configuration, findings } = await manager.waitFor(
      (status) => status.restartRequired.required && isApplied(status),
    );
    expect(restartRequired.reasons).toEqual([
      { name: 'max_connections', running: '20', desired: '33', extensions: [] },
    ]);
    expect(configuration.settings.loadedSha256).toBe(configuration.settings.desiredSha256);
    expect(findings).toMatchObject([{ severity: 'warning', reason: 'RestartRequired', subject: 'postgres' }]);
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '11MB' }]);
    expect(await manager.sql('SHOW max_connections')).toEqual([{ max_connections: '20' }]);
    expect((await manager.get('/metrics')).body).toContain(
      'pg_instance_manager_restart_required{reason="max_connections"} 1',
    );
    expect((await manager.get('/readyz')).statusCode).toBe(200);

    place.writeConfiguration('parameters: { work_mem: 11MB }\n');
    const undone = await manager.waitFor((status) => !status.restartRequired.required);
    expect(undone.findings).toEqual([]);
  });

  test('that others changed by pg_reload_conf() show, also when the configuration itself did not', async () => {
    await manager.sql(`ALTER SYSTEM SET max_connections = 44`);
    await manager.sql('SELECT pg_reload_conf()');
    const { restartRequired } = await manager.waitFor((status) => status.restartRequired.required);
    expect(restartRequired.reasons).toMatchObject([{ name: 'max_connections', running: '20', desired: '44' }]);
    await manager.sql('ALTER SYSTEM RESET max_connections');
    await manager.sql('SELECT pg_reload_conf()');
    await manager.waitFor((status) => !status.restartRequired.required);
  });

  test("are not said to be applied while the user's own file has a value that PostgreSQL does not take", async () => {
    const own = place.readData('postgresql.conf');
    place.writeData('postgresql.conf', `${own}\nmaintenance_work_mem = '8 bananas'\n`);
    await manager.sql('SELECT pg_reload_conf()');
    const { findings } = await manager.waitFor(({ configuration }) => configuration.state !== 'applied');
    expect(findings).toMatchObject([
      { severity: 'error', reason: 'SettingsNotApplied', subject: 'parameter/maintenance_work_mem' },
    ]);
    expect(findings[0]?.message).toContain(`${place.dataDirectory}/postgresql.conf line `);
    place.writeData('postgresql.conf', own);
    await manager.sql('SELECT pg_reload_conf()');
    expect((await manager.waitFor(isApplied)).findings).toEqual([]);
  });
});

describe('what is said about the settings', () => {
  test('stands still as long as they are refused, in the status and in the log', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    place.writeConfiguration('parameters: { work_mem: 8 bananas }\n');
    await manager.waitFor(isRefused);
    const over = { isOver: false };
    const passes = (async () => {
      for (const _pass of [1, 2, 3, 4, 5]) await manager.control('POST', '/reload');
      over.isOver = true;
    })();
    const states = new Set<string>();
    while (!over.isOver) {
      const { configuration, findings } = await manager.status();
      states.add(`${configuration.state} ${findings.map(({ reason }) => reason).join()}`);
    }
    await passes;
    expect([...states]).toEqual(['refused SettingsRefused']);
    expect(manager.log().filter((line) => line['reason'] === 'SettingsRefused')).toHaveLength(1);
  });

  test('is no error while a parameter that needs a restart is on its way', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    place.writeConfiguration('parameters: { max_connections: 33 }\n');
    await manager.waitFor(({ restartRequired }) => restartRequired.required);
    expect(manager.log().filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('at a start with an earlier text in force, settings that PostgreSQL refuses', () => {
  let place: InstanceFolder;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: 'parameters: { work_mem: 5MB }\n' });
    const manager = await place.startReady();
    expect(await manager.stop()).toEqual({ code: 0, signal: null });
  });
  afterAll(() => place?.remove());

  test('do not keep PostgreSQL from starting with the earlier ones', async () => {
    const text = place.readData('pg-instance-manager.conf');
    place.writeConfiguration('parameters: { work_mem: 8 bananas }\n');
    const manager = await place.startReady();
    const { findings, configuration } = await manager.status();
    expect(findings).toMatchObject([{ severity: 'error', reason: 'SettingsRefused' }]);
    expect(configuration.state).toBe('refused');
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
    expect(place.readData('pg-instance-manager.conf')).toBe(text);

    place.writeConfiguration('parameters: { work_mem: 6MB }\n');
    await manager.waitFor(isApplied);
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '6MB' }]);
    await manager.stop();
  });

  test('are a refusal with --strict', async () => {
    place.writeConfiguration('parameters: { work_mem: 8 bananas }\n');
    const manager = place.start({ flags: ['--strict'] });
    expect(await manager.exited).toEqual({ code: 65, signal: null });
    expect(manager.output()).toContain('invalid value for parameter "work_mem"');
  });
});

test("a value in the user's own file is weaker than the configuration, any other of his stays in force", async () => {
  await using place = await instanceFolder({ configuration: 'parameters: { work_mem: 5MB }\n' });
  addSettings(place.dataDirectory, { work_mem: '99MB', maintenance_work_mem: '77MB' });
  const manager = await place.startReady();
  expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
  expect(await manager.sql('SHOW maintenance_work_mem')).toEqual([{ maintenance_work_mem: '77MB' }]);
  expect((await manager.status()).findings).toEqual([]);
});
