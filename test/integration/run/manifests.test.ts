import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { applied, databaseIn } from './declared.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

const catalog = `apiVersion: postgresql.cnpg.io/v1
kind: ClusterImageCatalog
metadata: { name: local }
spec:
  images:
    - major: 18
      image: registry/postgresql:18.4
      extensions:
        - name: hstore
          image: { reference: "registry/hstore:1" }
        - name: uuid-ossp
          image: { reference: "registry/uuid:1" }
          ld_library_path: [system]
        - name: pg_stat_statements
          image: { reference: "registry/statements:1" }
`;

function cluster(postgresql: string, more = ''): string {
  return `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: cluster-example, namespace: default }
spec:
  instances: 3
  imageCatalogRef: { apiGroup: postgresql.cnpg.io, kind: ClusterImageCatalog, name: local, major: 18 }
  storage: { size: 1Gi }
  postgresql:
${postgresql}${more}`;
}

function database(name: string, ofCluster: string, extensions: string): string {
  return `apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata: { name: ${ofCluster}-${name} }
spec: { name: ${name}, owner: app, cluster: { name: ${ofCluster} }, extensions: ${extensions} }
`;
}

const three = `    extensions: [{ name: uuid-ossp }, { name: hstore }, { name: pg_stat_statements }]
`;

function write(place: InstanceFolder, name: string, text: string): void {
  writeFileSync(join(place.folder, name), text);
  renameSync(join(place.folder, name), join(place.configurationDirectory, name));
}

describe("CloudNativePG's manifests in the folder of the configuration", () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({
      configuration: 'restart_policy: automatic\n',
      images: ['hstore', 'uuid-ossp', 'pg_stat_statements'],
    });
    const documents = [
      cluster(
        `${three}    parameters: { work_mem: 7MB, pg_stat_statements.max: "500" }\n    pg_hba: ["host all all all md5"]\n`,
      ),
      catalog,
      database('app', 'cluster-example', '[{ name: hstore }, { name: uuid-ossp }]'),
      database('other', 'cluster-other', '[]'),
      'apiVersion: v1\nkind: Secret\nmetadata: { name: app }\n',
    ];
    write(place, 'manifests.yaml', documents.join('---\n'));
    manager = await place.startReady();
  });
  afterAll(() => place?.remove());

  test('are what the server runs with: images in the order of the Cluster, the folders of the catalog', async () => {
    const { extensions } = await manager.status();
    expect(extensions.map(({ name, volume }) => [name, volume.state])).toEqual([
      ['uuid-ossp', 'folder'],
      ['hstore', 'folder'],
      ['pg_stat_statements', 'folder'],
    ]);
    const [path] = await manager.sql('SHOW extension_control_path');
    const folders = ['uuid-ossp', 'hstore', 'pg_stat_statements'].map(
      (name) => `${place.extensionsDirectory}/${name}/share`,
    );
    expect(path).toEqual({ extension_control_path: ['$system', ...folders].join(':') });
  });

  test('make the application database with its owner, and what a Database of the Cluster declares', async () => {
    await applied(manager, 'app');
    expect(await manager.sql('SELECT length(uuid_generate_v4()::text) AS n', { database: 'app' })).toEqual([{ n: 36 }]);
    expect(await manager.sql(`SELECT datdba::regrole::text AS owner FROM pg_database WHERE datname = 'app'`)).toEqual([
      { owner: 'app' },
    ]);
  });

  test('have parameters in force, and the library that CloudNativePG preloads because of one of them', async () => {
    expect(
      await manager.sql(
        `SELECT current_setting('work_mem') AS m, current_setting('shared_preload_libraries') AS l, current_setting('pg_stat_statements.max') AS s`,
      ),
    ).toEqual([{ m: '7MB', l: 'pg_stat_statements', s: '500' }]);
  });

  test('of others are passed over, which is told, as is what is not done here', async () => {
    const { findings, databases } = await manager.status();
    const told = findings.filter(({ reason }) => reason === 'ConfigurationWarning').map(({ message }) => message);
    expect(told).toEqual([
      expect.stringContaining('leaves pg_hba.conf of the data folder alone'),
      expect.stringContaining('Database/cluster-other-other is of another cluster and passed over'),
      expect.stringContaining('Secret/app is passed over'),
    ]);
    expect(databases.map(({ name }) => name)).toEqual(['app', 'postgres']);
  });

  test('are followed: a Cluster that changes is in force a moment later, and one with a fixed parameter is not', async () => {
    write(
      place,
      'manifests.yaml',
      [cluster(`${three}    parameters: { work_mem: 9MB, pg_stat_statements.max: "500" }\n`), catalog].join('---\n'),
    );
    await expect.poll(async () => (await manager.sql('SHOW work_mem'))[0]).toEqual({ work_mem: '9MB' });
    write(
      place,
      'manifests.yaml',
      [cluster(`${three}    parameters: { work_mem: 11MB, port: "5433" }\n`), catalog].join('---\n'),
    );
    const { findings } = await manager.waitFor(({ configuration }) => configuration.state === 'invalid');
    const message = findings.find(({ reason }) => reason === 'ConfigurationInvalid')?.message;
    expect(message).toContain(`manifests.yaml:10:35: spec.postgresql.parameters.port: found "port"`);
    expect(message).toContain("Can't set fixed configuration parameter");
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '9MB' }]);
  });

  test('without the Cluster, a catalog asks for nothing, which is told', async () => {
    write(place, 'manifests.yaml', catalog);
    const { findings } = await manager.waitFor((status) =>
      status.findings.some(({ message }) => message.includes('there is no Cluster that refers to it')),
    );
    expect(findings.find(({ reason }) => reason === 'ConfigurationInvalid')).toBeUndefined();
  });
});

test('a Cluster as the API server gives it runs with what its status has resolved, and without the settings of its pods', async () => {
  await using place = await instanceFolder({ images: ['hstore'] });
  const written = [
    'archive_mode: "on"',
    'archive_timeout: 5min',
    'log_destination: csvlog',
    'log_directory: /controller/log',
    'logging_collector: "on"',
    'log_rotation_age: "0"',
    'shared_preload_libraries: ""',
    'wal_level: logical',
    'max_replication_slots: "32"',
  ];
  const status = `status:\n  phase: Cluster in healthy state\n  pgDataImageInfo:\n    image: registry/postgresql:18.4\n    majorVersion: 18\n    extensions: [{ name: hstore, image: { reference: "registry/hstore:1" } }]\n`;
  write(
    place,
    'cluster.yaml',
    cluster(
      `    extensions: [{ name: hstore }, { name: not-resolved-yet }]\n    parameters: { ${written.join(', ')} }\n`,
      status,
    ),
  );
  const manager = await place.startReady();
  const { extensions, findings } = await manager.status();
  expect([extensions.map(({ name }) => name), findings.filter(({ severity }) => severity !== 'info')]).toEqual([
    ['hstore'],
    [],
  ]);
  const names = ['logging_collector', 'log_destination', 'archive_mode', 'wal_level', 'archive_timeout'];
  const [settings] = await manager.sql(
    `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}`,
  );
  expect(settings).toEqual({
    logging_collector: 'off',
    log_destination: 'stderr',
    archive_mode: 'off',
    wal_level: 'logical',
    archive_timeout: '5min',
  });
  expect(databaseIn(await applied(manager, 'app'), 'app')).toMatchObject({ applied: true });
});

describe('at the start, refused with file, line and sentence:', () => {
  let place: InstanceFolder;
  beforeAll(async () => {
    place = await instanceFolder();
  });
  afterAll(() => place?.remove());

  const first = cluster('    parameters: {}\n');
  test.each([
    [
      'two Clusters',
      `${first}---\n${catalog}---\n${first.replace('cluster-example', 'second')}`,
      'a.yaml:29:19: metadata.name: found "second", expected one Cluster; the other one, Cluster/cluster-example, is at',
    ],
    [
      'a Cluster without its catalog',
      first,
      'a.yaml:6:20: spec.imageCatalogRef: found "ClusterImageCatalog/local", expected a catalog that is beside the Cluster; catalog ClusterImageCatalog/local not found',
    ],
    [
      'an extension without an image',
      `${cluster('    extensions: [{ name: nowhere }]\n')}---\n${catalog}`,
      'spec.postgresql.extensions[0]: found a map, expected what can be resolved; cannot retrieve extensions for image registry/postgresql:18.4: extension "nowhere" found in the Cluster Spec but no ImageVolumeSource.Reference is defined',
    ],
    [
      'a mistake in the catalog, where it stands',
      `${cluster('    extensions: [{ name: uuid-ossp }]\n')}---\n${catalog.replace('[system]', '["a:b"]')}`,
      'a.yaml:23:29: spec.images[0].extensions[1].ld_library_path[0]: found "a:b", expected a path without a colon',
    ],
    [
      'a number where CloudNativePG takes texts',
      `${cluster('    parameters: { max_connections: 100 }\n')}---\n${catalog}`,
      'spec.postgresql.parameters.max_connections: found a number, expected a text; put it in quotes',
    ],
    [
      'a kind that does not exist',
      first.replace('kind: Cluster', 'kind: Clustr'),
      'a.yaml:2:7: kind: found "Clustr", expected Cluster, ImageCatalog, ClusterImageCatalog or Database; did you mean Cluster?',
    ],
  ])('%s', async (_, text, sentence) => {
    write(place, 'a.yaml', text);
    const manager = place.start();
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(manager.output()).toContain(sentence);
  });
});
