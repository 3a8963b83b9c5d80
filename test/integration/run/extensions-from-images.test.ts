import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

const allImages = ['uuid-ossp', 'geo', 'hstore', 'pg_stat_statements'] as const;
const allExtensions = `
extensions:
  - name: uuid-ossp
    image: { reference: "registry/uuid:1" }
    ld_library_path: [system]
  - name: geo
    extension_control_path: [cube/share, earthdistance/share]
    dynamic_library_path: [cube/lib, earthdistance/lib]
  - name: hstore
  - name: pg_stat_statements
shared_preload_libraries: [pg_stat_statements]
`;

describe('a server with four images', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: allExtensions, images: allImages });
    manager = await place.startReady();
  });
  afterAll(() => place?.remove());

  test('runs an extension with default folders', async () => {
    await manager.sql('CREATE EXTENSION hstore');
    expect(await manager.sql(`SELECT ('a=>1'::hstore)->'a' AS a`)).toEqual([{ a: '1' }]);
  });

  test('runs two extensions of one image, the second of which requires the first', async () => {
    await manager.sql('CREATE EXTENSION earthdistance CASCADE');
    expect(await manager.sql('SELECT earth_distance(ll_to_earth(0, 0), ll_to_earth(0, 0)) AS d')).toEqual([{ d: 0 }]);
  });

  test('runs an extension whose library needs another library of its image', async () => {
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    expect(await manager.sql('SELECT length(uuid_generate_v4()::text) AS n')).toEqual([{ n: 36 }]);
  });

  test('runs an extension that has to be preloaded', async () => {
    await manager.sql('CREATE EXTENSION pg_stat_statements');
    expect(await manager.sql('SELECT count(*) > 0 AS counted FROM pg_stat_statements')).toEqual([{ counted: true }]);
  });

  test('searches its own folders first, then those of the images in the order of the configuration', async () => {
    const images = place.extensionsDirectory;
    const folders = (name: string): string =>
      ['uuid-ossp', 'geo/cube', 'geo/earthdistance', 'hstore', 'pg_stat_statements']
        .map((image) => `${images}/${image}/${name}`)
        .join(':');
    expect(await manager.sql('SHOW extension_control_path')).toEqual([
      { extension_control_path: `$system:${folders('share')}` },
    ]);
    expect(await manager.sql('SHOW dynamic_library_path')).toEqual([
      { dynamic_library_path: `$libdir:${folders('lib')}` },
    ]);
  });

  test('shows in the status what each image is and what it provides', async () => {
    const { extensions, findings, phase } = await manager.status();
    const mountPath = `${place.extensionsDirectory}/uuid-ossp`;
    expect(phase).toBe('Running');
    expect(findings).toEqual([]);
    expect(extensions.map(({ name, volume }) => [name, volume.state])).toEqual(
      allImages.map((name) => [name, 'folder']),
    );
    expect(extensions[0]).toEqual({
      name: 'uuid-ossp',
      image: 'registry/uuid:1',
      held: false,
      mountPath,
      volume: { state: 'folder' },
      extensionControlPath: [`${mountPath}/share`],
      dynamicLibraryPath: [`${mountPath}/lib`],
      ldLibraryPath: [`${mountPath}/system`],
      binPath: [],
      provides: [
        expect.objectContaining({
          name: 'uuid-ossp',
          defaultVersion: '1.1',
          relocatable: true,
          trusted: true,
          requires: [],
          controlFile: `${mountPath}/share/extension/uuid-ossp.control`,
        }),
      ],
      findings: [],
    });
    expect(extensions[1]?.provides).toMatchObject([
      { name: 'cube', requires: [] },
      { name: 'earthdistance', requires: ['cube'] },
    ]);
  });

  test('has one generated file, readable by nobody else, that tells its own sha256 to every session', async () => {
    const text = place.readData('pg-instance-manager.conf');
    const { configuration } = await manager.status();
    expect(statSync(join(place.dataDirectory, 'pg-instance-manager.conf')).mode & 0o777).toBe(0o600);
    const shown = await manager.sql('SHOW pg_instance_manager.config_sha256');
    expect(shown).toEqual([{ 'pg_instance_manager.config_sha256': configuration.settings.desiredSha256 }]);
    expect(text).toContain(configuration.settings.desiredSha256);
    expect(configuration).toMatchObject({ state: 'applied' });
    expect(configuration.settings.loadedSha256).toBe(configuration.settings.desiredSha256);
  });

  test('shows in the status what is in force, and where PostgreSQL has it from', async () => {
    const { configuration } = await manager.status();
    const sourceFile = join(place.dataDirectory, 'pg-instance-manager.conf');
    expect(configuration.effective).toEqual([
      {
        name: 'dynamic_library_path',
        value: expect.stringMatching(/^\$libdir:.+\/pg_stat_statements\/lib$/),
        source: 'configuration file',
        sourceFile,
      },
      {
        name: 'extension_control_path',
        value: expect.stringMatching(/^\$system:.+\/pg_stat_statements\/share$/),
        source: 'configuration file',
        sourceFile,
      },
      { name: 'shared_preload_libraries', value: 'pg_stat_statements', source: 'command line', sourceFile: null },
    ]);
  });

  test('has its parameters sorted in the generated file, and no other file beside it', () => {
    const lines = place.readData('pg-instance-manager.conf').split('\n');
    const names = lines.slice(lines.findIndex((line) => line.startsWith('include ')) + 1, -1);
    const [last, ...parameters] = names.map((line) => line.split(' = ')[0] ?? '').reverse();
    expect(last).toBe('pg_instance_manager.config_sha256');
    expect(parameters.reverse()).toEqual(parameters.toSorted());
    const beside = readdirSync(place.dataDirectory).filter((name) => name.startsWith('pg-instance-manager.conf'));
    expect(beside).toEqual(['pg-instance-manager.conf']);
  });

  test('does not write the generated file again when nothing has changed', async () => {
    const file = join(place.dataDirectory, 'pg-instance-manager.conf');
    const before = statSync(file);
    place.writeConfiguration(`${allExtensions}# another comment\n`);
    expect((await manager.control('POST', '/reload')).statusCode).toBe(200);
    const after = statSync(file);
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });
});

test('leaves the two paths to the server when there is no extension', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady();
  const rows = await manager.sql(
    `SELECT name, setting, source FROM pg_settings
      WHERE name IN ('extension_control_path', 'dynamic_library_path') ORDER BY name`,
  );
  expect(rows).toEqual([
    { name: 'dynamic_library_path', setting: '$libdir', source: 'default' },
    { name: 'extension_control_path', setting: '$system', source: 'default' },
  ]);
  expect(await manager.sql(`SELECT 1 FROM pg_available_extensions WHERE name = 'hstore'`)).toEqual([]);
});

test('starts without any configuration when the default path is empty', async () => {
  await using place = await instanceFolder();
  const manager = place.start({ flags: ['--config', '/etc/pg-instance-manager'] });
  expect((await manager.ready()).extensions).toEqual([]);
});

describe("the user's own value of the two paths comes last, and no folder twice", () => {
  const configuration = 'extensions: [{ name: hstore }]\n';
  const own = (place: InstanceFolder): string => `${place.extensionsDirectory}/hstore/share/:/own:/own/:$system`;

  async function shownPath(manager: RunningManager): Promise<unknown> {
    return (await manager.sql('SHOW extension_control_path'))[0]?.['extension_control_path'];
  }

  test('when it is in postgresql.conf', async () => {
    await using place = await instanceFolder({ configuration, images: ['hstore'] });
    place.writeData(
      'postgresql.conf',
      `${place.readData('postgresql.conf')}\nextension_control_path = '${own(place)}'\n`,
    );
    const manager = await place.startReady();
    expect(await shownPath(manager)).toBe(`$system:${place.extensionsDirectory}/hstore/share:/own`);
    expect((await manager.status()).findings).toEqual([]);
  });

  test('when it is in the parameters of the configuration', async () => {
    await using place = await instanceFolder({ images: ['hstore'] });
    place.writeConfiguration(`${configuration}parameters: { extension_control_path: "${own(place)}" }\n`);
    const manager = await place.startReady();
    expect(await shownPath(manager)).toBe(`$system:${place.extensionsDirectory}/hstore/share:/own`);
  });

  test('when it is on the command line', async () => {
    await using place = await instanceFolder({ configuration, images: ['hstore'] });
    const manager = await place.startReady({
      flags: ['-c', `extension_control_path=${own(place)}`, '-c', 'dynamic_library_path=/own/lib:$libdir'],
    });
    expect(await shownPath(manager)).toBe(`$system:${place.extensionsDirectory}/hstore/share:/own`);
    expect(await manager.sql('SHOW dynamic_library_path')).toEqual([
      { dynamic_library_path: `$libdir:${place.extensionsDirectory}/hstore/lib:/own/lib` },
    ]);
    expect((await manager.status()).findings).toEqual([]);
  });
});

test('joins the files of a folder in the byte order of their names, YAML and JSON', async () => {
  await using place = await instanceFolder({ images: ['hstore', 'geo'] });
  const folder = place.configurationDirectory;
  writeFileSync(join(folder, 'B.yaml'), 'extensions: [{ name: hstore }]\n');
  writeFileSync(join(folder, 'a.json'), '{ "extensions": [{ "name": "geo" }], "parameters": { "work_mem": "7MB" } }');
  writeFileSync(join(folder, '.hidden.yaml'), 'not: known');
  writeFileSync(join(folder, 'README.md'), 'not: known');
  const manager = await place.startReady();
  expect((await manager.status()).extensions.map(({ name }) => name)).toEqual(['hstore', 'geo']);
  expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
});
