import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { addImage } from './images.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

function workMem(megabytes: number): string {
  return `parameters: { work_mem: ${megabytes}MB }\n`;
}

/** Until a session sees it, and the status is about what that session sees. */
async function untilWorkMemIs(manager: RunningManager, megabytes: number): Promise<void> {
  const seen = `SELECT current_setting('work_mem') AS work_mem,
    current_setting('pg_instance_manager.config_sha256') AS sha256`;
  const client = await manager.client();
  const rows = async () => (await client.query(seen)).rows;
  await expect
    .poll(rows, { timeout: 5_000, interval: 15 })
    .toEqual([{ work_mem: `${megabytes}MB`, sha256: expect.any(String) }]);
  const [row] = await rows();
  await manager.waitFor(
    ({ configuration }) => configuration.state === 'applied' && configuration.settings.loadedSha256 === row?.sha256,
  );
}

describe('a folder', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  let pid: number | null;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: workMem(5) });
    manager = await place.startReady();
    pid = (await manager.status()).postgres.pid;
  });
  afterAll(() => place?.remove());

  test('is followed when a file is replaced by rename', async () => {
    place.writeConfiguration(workMem(6));
    await untilWorkMemIs(manager, 6);
  });

  test('is followed when a file is edited in place', async () => {
    writeFileSync(join(place.configurationDirectory, 'instance.yaml'), workMem(7));
    await untilWorkMemIs(manager, 7);
  });

  test('is followed when a file is added and taken away', async () => {
    place.writeConfiguration('');
    writeFileSync(join(place.configurationDirectory, 'more.json'), '{ "parameters": { "work_mem": "9MB" } }');
    await untilWorkMemIs(manager, 9);
    rmSync(join(place.configurationDirectory, 'more.json'));
    await untilWorkMemIs(manager, 4); // PostgreSQL's own default
  });

  test('keeps the last good configuration in force while the file is broken, and says so until it is mended', async () => {
    place.writeConfiguration(workMem(10));
    await untilWorkMemIs(manager, 10);
    const good = (await manager.status()).configuration;

    place.writeConfiguration('parameters: { work_mem: 11MB\nextensions: [\n');
    const broken = await manager.waitFor((status) => status.configuration.state === 'invalid');
    expect(broken.findings[0]).toEqual({
      severity: 'error',
      reason: 'ConfigurationInvalid',
      subject: 'configuration',
      message: expect.stringMatching(/\/config\/instance\.yaml:\d+:\d+: found .+, expected .+/),
    });
    expect(broken.configuration.sha256).toBe(good.sha256);
    expect(broken.configuration.settings).toEqual(good.settings);
    expect(broken.postgres).toMatchObject({ pid, starts: 1, ready: true });
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '10MB' }]);
    expect(await manager.get('/readyz')).toMatchObject({ statusCode: 200 });

    place.writeConfiguration(workMem(12));
    await untilWorkMemIs(manager, 12);
    expect((await manager.status()).findings).toEqual([]);
    expect((await manager.status()).postgres).toMatchObject({ pid, starts: 1 });
  });

  test('logs a mistake when it comes and when it is gone, not in every pass between', async () => {
    place.writeConfiguration('nonsense: 1\n');
    await manager.waitFor((status) => status.configuration.state === 'invalid');
    for (const _pass of [1, 2, 3]) await manager.control('POST', '/reload');
    place.writeConfiguration(workMem(14));
    await untilWorkMemIs(manager, 14);
    const lines = manager.log().filter((line) => JSON.stringify(line).includes('ConfigurationInvalid'));
    const about = lines.filter((line) => line.msg.includes('nonsense'));
    expect(about).toHaveLength(1);
    expect(lines.at(-1)).toMatchObject({ level: 'info', msg: 'finding is gone' });
  });
});

test('a folder may be gone for a while: the last good configuration stays in force', async () => {
  await using place = await instanceFolder({ configuration: workMem(13) });
  const manager = await place.startReady({ flags: ['--resync-interval', '200ms'] });
  renameSync(place.configurationDirectory, `${place.configurationDirectory}.away`);
  const { findings } = await manager.waitFor((status) => status.configuration.state === 'invalid');
  expect(findings[0]).toMatchObject({ reason: 'ConfigurationInvalid' });
  expect((await manager.control('POST', '/reload')).statusCode).toBe(500);
  expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '13MB' }]);
  renameSync(`${place.configurationDirectory}.away`, place.configurationDirectory);
  await untilWorkMemIs(manager, 13);
  place.writeConfiguration(workMem(14));
  await untilWorkMemIs(manager, 14);
});

describe('a ConfigMap', () => {
  test('is followed through every swap of ..data', async () => {
    await using place = await instanceFolder();
    place.swapConfigMap(workMem(5));
    const manager = await place.startReady();
    const { pid } = (await manager.status()).postgres;
    for (const megabytes of [6, 7, 8]) {
      place.swapConfigMap(workMem(megabytes));
      await untilWorkMemIs(manager, megabytes);
    }
    place.swapConfigMap('parameters: [\n');
    await manager.waitFor((status) => status.configuration.state === 'invalid');
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '8MB' }]);
    place.swapConfigMap(workMem(9));
    await untilWorkMemIs(manager, 9);
    expect((await manager.status()).postgres.pid).toBe(pid);
  });

  test('is followed also when --config names one file of it', async () => {
    await using place = await instanceFolder();
    place.swapConfigMap(workMem(5));
    const manager = await place.startReady({
      flags: ['--config', join(place.configurationDirectory, 'instance.yaml')],
    });
    for (const megabytes of [6, 7]) {
      place.swapConfigMap(workMem(megabytes));
      await untilWorkMemIs(manager, megabytes);
    }
  });
});

describe('a single file', () => {
  test('is followed when it is replaced by rename, again and again', async () => {
    await using place = await instanceFolder({ configuration: workMem(5) });
    const manager = await place.startReady({
      flags: ['--config', join(place.configurationDirectory, 'instance.yaml')],
    });
    for (const megabytes of [6, 7, 8]) {
      place.writeConfiguration(workMem(megabytes));
      await untilWorkMemIs(manager, megabytes);
    }
  });

  test('that is deleted leaves the last good configuration in force', async () => {
    await using place = await instanceFolder({ configuration: workMem(5) });
    const manager = await place.startReady({
      flags: ['--config', join(place.configurationDirectory, 'instance.yaml')],
    });
    rmSync(join(place.configurationDirectory, 'instance.yaml'));
    const { findings } = await manager.waitFor((status) => status.configuration.state === 'invalid');
    expect(findings[0]).toMatchObject({ reason: 'ConfigurationInvalid' });
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
  });
});

test('SIGHUP reads the configuration anew, as it does for PostgreSQL', async () => {
  await using place = await instanceFolder();
  const elsewhere = join(place.folder, 'elsewhere.yaml');
  writeFileSync(elsewhere, workMem(5));
  rmSync(join(place.configurationDirectory, 'instance.yaml'));
  symlinkSync(elsewhere, join(place.configurationDirectory, 'instance.yaml')); // which no watcher sees a change of
  const manager = await place.startReady();
  writeFileSync(elsewhere, workMem(6));
  manager.signal('SIGHUP');
  await untilWorkMemIs(manager, 6);
});

describe('every now and then, whatever the watcher says,', () => {
  test('a file behind a link in another folder is read again', async () => {
    await using place = await instanceFolder();
    const elsewhere = join(place.folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'real.yaml'), workMem(5));
    rmSync(join(place.configurationDirectory, 'instance.yaml'));
    symlinkSync('../elsewhere/real.yaml', join(place.configurationDirectory, 'instance.yaml'));
    const manager = await place.startReady({ flags: ['--resync-interval', '200ms'] });
    writeFileSync(join(elsewhere, 'real.yaml'), workMem(6));
    await untilWorkMemIs(manager, 6);
  });

  test('an image that was mounted late is found', async () => {
    await using place = await instanceFolder({ configuration: 'extensions: [{ name: hstore }]\n' });
    const manager = await place.startReady({ flags: ['--resync-interval', '200ms'] });
    expect((await manager.status()).findings).toMatchObject([{ reason: 'VolumeMissing' }]);
    await addImage('hstore', place.extensionsDirectory);
    const { extensions } = await manager.waitFor((status) => status.findings.length === 0);
    expect(extensions[0]?.provides).toMatchObject([{ name: 'hstore' }]);
    await manager.sql('CREATE EXTENSION hstore');
  });

  test('a generated file that somebody changed is written anew', async () => {
    await using place = await instanceFolder({ configuration: workMem(5) });
    const manager = await place.startReady({ flags: ['--resync-interval', '200ms'] });
    const text = place.readData('pg-instance-manager.conf');
    place.writeData('pg-instance-manager.conf', `${text}work_mem = '99MB'\n`);
    await expect.poll(() => place.readData('pg-instance-manager.conf'), { timeout: 5_000 }).toBe(text);
    await untilWorkMemIs(manager, 5);
  });
});
