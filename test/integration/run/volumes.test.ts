import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ExtensionStatus } from '../../../src/status/instance-status.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

const configuration = 'extensions: [{ name: broken }, { name: hstore }]\n';

/** A folder `broken` beside the image of hstore; one bad extension must harm only itself. */
async function beside(breakIt: (image: string, place: InstanceFolder) => void): Promise<InstanceFolder> {
  const place = await instanceFolder({ configuration, images: ['hstore'] });
  breakIt(join(place.extensionsDirectory, 'broken'), place);
  return place;
}

async function brokenOne(manager: RunningManager): Promise<ExtensionStatus> {
  const broken = (await manager.status()).extensions.find(({ name }) => name === 'broken');
  if (broken === undefined) throw new Error('the extension is not in the status');
  return broken;
}

/** What everybody needs: the list of extensions, and the extension that is all right. */
async function expectOthersUnharmed(manager: RunningManager): Promise<void> {
  expect(await manager.sql(`SELECT name FROM pg_available_extensions WHERE name = 'hstore'`)).toHaveLength(1);
  await manager.sql('CREATE EXTENSION hstore');
  const metrics = (await manager.get('/metrics')).body;
  expect(metrics).toContain('pg_instance_manager_extension_volume_state{extension="hstore",state="folder"} 1');
}

test.each([
  ['missing', 'VolumeMissing', () => undefined],
  ['empty', 'VolumeEmpty', (image: string) => mkdirSync(image)],
  ['not-a-folder', 'VolumeUnreadable', (image: string) => writeFileSync(image, '')],
  [
    'unreadable',
    'VolumeUnreadable',
    (image: string) => {
      mkdirSync(join(image, 'share/extension'), { recursive: true });
      chmodSync(image, 0o000);
    },
  ],
])('an image volume that is %s is the finding %s, and harms nobody else', async (state, reason, breakIt) => {
  await using place = await beside(breakIt);
  const manager = await place.startReady();
  const broken = await brokenOne(manager);
  expect(broken.volume.state).toBe(state);
  expect(broken.provides).toEqual([]);
  expect(broken.findings).toMatchObject([
    { severity: 'error', reason, message: expect.stringContaining(`${place.extensionsDirectory}/broken`) },
  ]);
  expect((await manager.get('/metrics')).body).toContain(
    `pg_instance_manager_extension_volume_state{extension="broken",state="${state}"} 1`,
  );
  await expectOthersUnharmed(manager);
});

describe('a control file that PostgreSQL could not read', () => {
  test.each([
    ['has a mistake', (file: string) => writeFileSync(file, "default_version = '1.0'\nbogus = 1\n")],
    ['has an open quote', (file: string) => writeFileSync(file, "comment = 'it is\n")],
    ['may not be read', (file: string) => writeFileSync(file, '', { mode: 0o000 })],
    ['is a link to nowhere', (file: string) => symlinkSync('nowhere', file)],
    ['is a folder', (file: string) => mkdirSync(file)],
  ])('because it %s has its folder left out, and pg_available_extensions works', async (_what, breakIt) => {
    await using place = await beside((image) => {
      mkdirSync(join(image, 'share/extension'), { recursive: true });
      writeFileSync(join(image, 'share/extension/good.control'), "default_version = '1.0'\n");
      breakIt(join(image, 'share/extension/bad.control'));
    });
    const manager = await place.startReady();
    const broken = await brokenOne(manager);
    expect(broken.extensionControlPath).toEqual([]);
    expect(broken.findings).toMatchObject([
      {
        severity: 'error',
        reason: 'ControlFileUnreadable',
        message: expect.stringContaining('/broken/share/extension/bad.control'),
      },
    ]);
    await expectOthersUnharmed(manager);
  });

  test('that comes while PostgreSQL runs is left out as soon as it is seen', async () => {
    await using place = await beside((image) => mkdirSync(join(image, 'share/extension'), { recursive: true }));
    const file = join(place.extensionsDirectory, 'broken/share/extension/bad.control');
    writeFileSync(file, "default_version = '1.0'\n");
    const manager = await place.startReady({ flags: ['--resync-interval', '200ms'] });
    expect(await manager.sql(`SELECT 1 FROM pg_available_extensions WHERE name = 'bad'`)).toHaveLength(1);
    writeFileSync(file, 'bogus = 1\n');
    await manager.waitFor(
      ({ findings, configuration }) =>
        findings.some(({ reason }) => reason === 'ControlFileUnreadable') && configuration.state === 'applied',
    );
    expect(await manager.sql(`SELECT 1 FROM pg_available_extensions WHERE name = 'hstore'`)).toHaveLength(1);
    rmSync(file);
    await manager.waitFor(({ findings, configuration }) => findings.length === 0 && configuration.state === 'applied');
  });
});

test('a folder that leads out of its image is left out', async () => {
  await using place = await beside((image, { folder }) => {
    mkdirSync(join(folder, 'outside/extension'), { recursive: true });
    writeFileSync(join(folder, 'outside/extension/smuggled.control'), "default_version = '1.0'\n");
    mkdirSync(image);
    symlinkSync(join(folder, 'outside'), join(image, 'share'));
    symlinkSync('../../outside', join(image, 'lib'));
  });
  const manager = await place.startReady();
  const broken = await brokenOne(manager);
  expect(broken.findings.map(({ severity, reason }) => [severity, reason])).toEqual([
    ['error', 'PathEscapesImage'],
    ['error', 'PathEscapesImage'],
  ]);
  expect(await manager.sql(`SELECT 1 FROM pg_available_extensions WHERE name = 'smuggled'`)).toEqual([]);
  expect(await manager.sql('SHOW dynamic_library_path')).toEqual([
    { dynamic_library_path: `$libdir:${place.extensionsDirectory}/hstore/lib` },
  ]);
  await expectOthersUnharmed(manager);
});

test('a folder that is missing though it is the default is harmless, one that somebody wrote down is worth a warning', async () => {
  await using place = await beside((image) => mkdirSync(join(image, 'lib'), { recursive: true }));
  place.writeConfiguration('extensions: [{ name: broken, ld_library_path: [sytem] }, { name: hstore }]\n');
  writeFileSync(join(place.extensionsDirectory, 'broken/lib/module.so'), '');
  const manager = await place.startReady();
  expect((await brokenOne(manager)).findings).toMatchObject([
    { severity: 'warning', reason: 'PathMissing', message: expect.stringContaining('/broken/sytem') },
  ]);
  await expectOthersUnharmed(manager);
});

describe('what an image holds is reported as shadowed with both paths and versions', () => {
  test('when the server has it too', async () => {
    await using place = await beside((image) => {
      for (const folder of ['share/extension', 'lib']) mkdirSync(join(image, folder), { recursive: true });
      writeFileSync(join(image, 'share/extension/plpgsql.control'), "default_version = '9.9'\n");
      writeFileSync(join(image, 'lib/plpgsql.so'), '');
    });
    const manager = await place.startReady();
    const { findings } = await brokenOne(manager);
    expect(findings.map(({ severity, reason }) => [severity, reason])).toEqual([
      ['warning', 'Shadowed'],
      ['warning', 'Shadowed'],
    ]);
    expect(findings[0]?.message).toMatch(/broken\/share\/extension\/plpgsql\.control \(version 9\.9\)/);
    expect(findings[0]?.message).toMatch(/\/server\/share\/postgresql\/extension\/plpgsql\.control \(version 1\.0\)/);
    expect(findings[1]?.message).toMatch(/broken\/lib\/plpgsql\.so .*\/server\/lib\/postgresql\/plpgsql\.so/);
  });

  test('when an earlier image has it too', async () => {
    await using place = await beside((image) => {
      mkdirSync(join(image, 'share/extension'), { recursive: true });
      writeFileSync(join(image, 'share/extension/hstore.control'), "default_version = '0.1'\n");
    });
    const manager = await place.startReady();
    const { extensions } = await manager.status();
    expect(extensions[0]?.findings).toEqual([]);
    expect(extensions[1]?.findings).toMatchObject([{ severity: 'warning', reason: 'Shadowed' }]);
    expect(extensions[1]?.findings[0]?.message).toMatch(/hstore\/share\/extension\/hstore\.control \(version 1\.8\)/);
    expect(extensions[1]?.findings[0]?.message).toMatch(/broken\/share\/extension\/hstore\.control \(version 0\.1\)/);
  });
});

describe('an image that is mounted', () => {
  const canMount = spawnSync('sh', ['-c', 'unshare --mount mount -t tmpfs none /mnt']).status === 0;

  test.skipIf(!canMount).each([
    ['ro', { state: 'mounted', readOnly: true, noexec: false, fileSystem: 'tmpfs' }, []],
    ['rw', { state: 'mounted', readOnly: false, noexec: false, fileSystem: 'tmpfs' }, [['info', 'VolumeWritable']]],
    ['ro,noexec', { state: 'mounted', readOnly: true, noexec: true, fileSystem: 'tmpfs' }, [['error', 'VolumeNoExec']]],
  ])('with the options %s is seen as such', async (options, volume, findings) => {
    await using place = await beside((image, { folder }) => {
      mkdirSync(image);
      mkdirSync(join(folder, 'image/share/extension'), { recursive: true });
      mkdirSync(join(folder, 'image/lib'));
      writeFileSync(join(folder, 'image/share/extension/good.control'), "default_version = '1.0'\n");
      writeFileSync(join(folder, 'image/lib/good.so'), '');
    });
    const image = join(place.extensionsDirectory, 'broken');
    const mount = `mount -t tmpfs -o mode=755 none ${image} && cp -a ${place.folder}/image/. ${image}/ &&
      mount -o remount,${options} ${image} && exec "$@"`;
    const manager = await place.startReady({ wrapper: ['unshare', '--mount', 'sh', '-c', mount, 'sh'] });
    const broken = await brokenOne(manager);
    expect(broken.volume).toEqual(volume);
    expect(broken.findings.map(({ severity, reason }) => [severity, reason])).toEqual(findings);
    expect(await manager.sql(`SELECT 1 FROM pg_available_extensions WHERE name = 'good'`)).toHaveLength(1);
    await expectOthersUnharmed(manager);
  });
});
