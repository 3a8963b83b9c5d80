import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { addSettings, instanceFolder } from './instance-folder.ts';

const configuration = `
extensions: [{ name: hstore }, { name: pg_stat_statements }]
shared_preload_libraries: [pg_stat_statements]
`;
const images = ['hstore', 'pg_stat_statements'] as const;

function overridden({ findings }: InstanceStatus): InstanceStatus['findings'] {
  return findings.filter((finding) => finding.reason === 'ParameterOverridden');
}

describe("the user's postgresql.conf", () => {
  test('cannot hide the images: its paths and its preload list are merged', async () => {
    await using place = await instanceFolder({ configuration, images });
    addSettings(place.dataDirectory, {
      extension_control_path: '/mine/share:$system',
      dynamic_library_path: '/mine/lib',
      shared_preload_libraries: 'auto_explain, pg_stat_statements',
    });
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION hstore');
    const at = place.extensionsDirectory;
    expect(await manager.sql('SHOW extension_control_path')).toEqual([
      { extension_control_path: `$system:${at}/hstore/share:${at}/pg_stat_statements/share:/mine/share` },
    ]);
    expect(await manager.sql('SHOW dynamic_library_path')).toEqual([
      { dynamic_library_path: `$libdir:${at}/hstore/lib:${at}/pg_stat_statements/lib:/mine/lib` },
    ]);
    expect(await manager.sql('SHOW shared_preload_libraries')).toEqual([
      { shared_preload_libraries: expect.stringMatching(/^pg_stat_statements, ?auto_explain$/) },
    ]);
    expect((await manager.status()).findings).toEqual([]);
  });

  test('may lie elsewhere, named by -c config_file=…, and what it sets is in force under the images', async () => {
    await using place = await instanceFolder({
      configuration: `${configuration}parameters: { work_mem: 6MB }\n`,
      images,
    });
    const folder = join(place.folder, 'mine');
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    writeFileSync(
      join(folder, 'mine.conf'),
      "include 'more.conf'\nextension_control_path = '/mine'\nwork_mem = '5MB'\n",
    );
    writeFileSync(
      join(folder, 'more.conf'),
      `listen_addresses = ''\nshared_buffers = '16MB'\nmaintenance_work_mem = '78MB'
hba_file = '${place.dataDirectory}/pg_hba.conf'\nident_file = '${place.dataDirectory}/pg_ident.conf'\n`,
    );
    const manager = await place.startReady({ flags: ['-c', `config_file=${join(folder, 'mine.conf')}`] });
    await manager.sql('CREATE EXTENSION hstore');
    expect(await manager.sql('SHOW extension_control_path')).toEqual([
      { extension_control_path: expect.stringMatching(/^\$system:.*\/hstore\/share:.*:\/mine$/) },
    ]);
    expect(await manager.sql('SHOW maintenance_work_mem')).toEqual([{ maintenance_work_mem: '78MB' }]);
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '6MB' }]);
    expect((await manager.status()).findings).toEqual([]);
  });
});

describe('ALTER SYSTEM', () => {
  test('that sets extension_control_path is reported by name, as an error, until it is taken back', async () => {
    await using place = await instanceFolder({ configuration, images });
    const manager = await place.startReady();
    await manager.sql(`ALTER SYSTEM SET extension_control_path = '$system'`);
    await manager.sql('SELECT pg_reload_conf()');
    const status = await manager.waitFor((one) => overridden(one).length > 0);
    expect(overridden(status)).toEqual([
      {
        severity: 'error',
        reason: 'ParameterOverridden',
        subject: 'parameter/extension_control_path',
        message: expect.stringContaining('ALTER SYSTEM'),
      },
    ]);
    await manager.sql('ALTER SYSTEM RESET extension_control_path');
    await manager.sql('SELECT pg_reload_conf()');
    await manager.waitFor((one) => one.findings.length === 0 && one.configuration.state === 'applied');
    await manager.sql('CREATE EXTENSION hstore');
  });

  test('that sets shared_preload_libraries is merged at the next restart, and ours are still loaded', async () => {
    await using place = await instanceFolder({ configuration, images });
    const manager = await place.startReady();
    await manager.sql(`ALTER SYSTEM SET shared_preload_libraries = 'auto_explain'`);
    await manager.sql('SELECT pg_reload_conf()');
    const { restartRequired } = await manager.waitFor((status) => status.restartRequired.required);
    expect(restartRequired.reasons).toMatchObject([
      {
        name: 'shared_preload_libraries',
        running: 'pg_stat_statements',
        desired: expect.stringContaining('auto_explain'),
      },
    ]);
    expect(await manager.control('POST', '/restart')).toMatchObject({ statusCode: 200 });
    await manager.sql('CREATE EXTENSION pg_stat_statements');
    expect(await manager.sql('SELECT count(*) > 0 AS counted FROM pg_stat_statements')).toEqual([{ counted: true }]);
    expect(await manager.sql('SHOW auto_explain.log_min_duration')).toHaveLength(1);
    const after = await manager.waitFor((status) => status.configuration.state === 'applied');
    expect(after.restartRequired).toEqual({ required: false, reasons: [] });
    expect(after.findings).toEqual([]);
  });

  test('that empties shared_preload_libraries takes nothing of ours away', async () => {
    await using place = await instanceFolder({ configuration, images });
    const first = await place.startReady();
    await first.sql(`ALTER SYSTEM SET shared_preload_libraries = ''`);
    await first.stop();
    const manager = await place.startReady();
    expect(await manager.sql('SHOW shared_preload_libraries')).toEqual([
      { shared_preload_libraries: 'pg_stat_statements' },
    ]);
  });

  test('that sets a parameter of the configuration is reported as a warning', async () => {
    await using place = await instanceFolder({ configuration: 'parameters: { work_mem: 5MB }\n' });
    const manager = await place.startReady();
    await manager.sql(`ALTER SYSTEM SET work_mem = '9MB'`);
    await manager.sql('SELECT pg_reload_conf()');
    const status = await manager.waitFor((one) => overridden(one).length > 0);
    expect(overridden(status)).toMatchObject([
      { severity: 'warning', subject: 'parameter/work_mem', message: expect.stringContaining('ALTER SYSTEM') },
    ]);
  });
});

describe('the command line', () => {
  test('that sets shared_preload_libraries is merged', async () => {
    await using place = await instanceFolder({ configuration, images });
    const manager = await place.startReady({ flags: ['-c', 'shared_preload_libraries=auto_explain'] });
    expect(await manager.sql('SHOW shared_preload_libraries')).toEqual([
      { shared_preload_libraries: expect.stringMatching(/^pg_stat_statements, ?auto_explain$/) },
    ]);
    expect((await manager.status()).findings).toEqual([]);
  });

  test('that sets a parameter of the configuration is reported', async () => {
    await using place = await instanceFolder({ configuration: 'parameters: { work_mem: 5MB }\n' });
    const manager = await place.startReady({ flags: ['-c', 'WORK_MEM=9MB', '-c', 'maintenance_work_mem=66MB'] });
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '9MB' }]);
    expect(await manager.sql('SHOW maintenance_work_mem')).toEqual([{ maintenance_work_mem: '66MB' }]);
    const status = await manager.waitFor((one) => overridden(one).length > 0);
    expect(overridden(status)).toMatchObject([
      { subject: 'parameter/work_mem', message: expect.stringContaining('the command line') },
    ]);
  });

  test('that sets a parameter of the configuration is reported, also one that needs a restart', async () => {
    await using place = await instanceFolder({ configuration: 'parameters: { max_connections: 30 }\n' });
    const manager = await place.startReady({ flags: ['-c', 'max_connections=25'] });
    const status = await manager.waitFor((one) => overridden(one).length > 0);
    expect(status.findings).toMatchObject([
      {
        reason: 'ParameterOverridden',
        subject: 'parameter/max_connections',
        message: expect.stringContaining('the command line'),
      },
    ]);
    expect(status.restartRequired.required).toBe(false);
  });
});

test.each([
  ['ALTER DATABASE', 'ALTER DATABASE template1', 'database "template1"'],
  ['ALTER ROLE', 'ALTER ROLE postgres', 'role "postgres"'],
  ['ALTER ROLE', 'ALTER ROLE postgres IN DATABASE postgres', 'database "postgres" for role "postgres"'],
])('%s … SET is reported with whom it is for: %s', async (who, statement, whom) => {
  await using place = await instanceFolder({ configuration, images });
  const manager = await place.startReady();
  await manager.sql(`${statement} SET extension_control_path = '$system'`);
  await manager.control('POST', '/reload');
  const status = await manager.waitFor((one) => overridden(one).length > 0);
  expect(overridden(status)).toMatchObject([{ severity: 'error', subject: 'parameter/extension_control_path' }]);
  expect(overridden(status)[0]?.message).toContain(who);
  expect(overridden(status)[0]?.message).toContain(whom);
});
