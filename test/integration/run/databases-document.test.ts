import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base, chain, extensionImage, needy } from '../../support/extension-kit.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { applied, databaseIn, extensionIn, installedIn } from './declared.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

describe('a document of kind Database', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: 'extensions: [{ name: kit }]\n' });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), base, needy);
    manager = await place.startReady();
    await manager.sql('CREATE ROLE app');
  });
  afterAll(() => place?.remove());

  const write = (spec: string): void =>
    writeFileSync(
      join(place.configurationDirectory, 'app.yaml'),
      `apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata: { name: cluster-example-app, namespace: default }
spec:
  name: app
  owner: app
  cluster: { name: cluster-example }
${spec}`,
    );

  test('means what the same database means in the native format: extensions, schemas, wrappers, servers', async () => {
    write(`  encoding: UTF8
  template: template0
  connectionLimit: 50
  extensions:
    - { name: chain, version: "1.1", schema: tools }
    - { name: base, ensure: present }
    - { name: needy }
    - { name: postgres_fdw }
  schemas: [{ name: tools, owner: app }]
  fdws:
    - name: postgres_fdw
      usage: [{ name: app, type: grant }]
  servers:
    - name: elsewhere
      fdw: postgres_fdw
      options: [{ name: host, value: "it's far" }, { name: dbname, value: there }]
      usage: [{ name: PUBLIC, type: grant }]
`);
    const status = await applied(manager, 'app');
    expect(databaseIn(status, 'app')).toMatchObject({
      schemas: [{ name: 'tools', applied: true }],
      fdws: [{ name: 'postgres_fdw', applied: true }],
      servers: [{ name: 'elsewhere', applied: true }],
    });
    expect(await installedIn(manager, 'app')).toEqual([
      'base 1.0 public',
      'chain 1.1 tools',
      'needy 1.0 public',
      'postgres_fdw 1.2 public',
    ]);
    expect(
      await manager.sql(
        `SELECT srvoptions, has_server_privilege('app', 'elsewhere', 'USAGE') AS may, datconnlimit
           FROM pg_foreign_server, pg_database WHERE datname = 'app'`,
        { database: 'app' },
      ),
    ).toEqual([{ srvoptions: ["host=it's far", 'dbname=there'], may: true, datconnlimit: 50 }]);
    // A second look finds nothing to do.
    const before = manager.log().filter(({ msg }) => msg === 'a statement was carried out').length;
    await manager.control('POST', '/reload');
    const lookedAt = databaseIn(status, 'app')?.lookedAt;
    await manager.waitFor((seen) => databaseIn(seen, 'app')?.lookedAt !== lookedAt);
    expect(manager.log().filter(({ msg }) => msg === 'a statement was carried out')).toHaveLength(before);
  });

  test('drops what is absent, options and rights too, and nothing else', async () => {
    write(`  connectionLimit: -1
  extensions: [{ name: needy, ensure: absent }]
  servers:
    - name: elsewhere
      fdw: postgres_fdw
      options: [{ name: host, ensure: absent }, { name: dbname, value: other }]
      usage: [{ name: public, type: revoke }]
`);
    await manager.waitFor(
      (status) =>
        databaseIn(status, 'app')?.applied === true && extensionIn(status, 'app', 'needy')?.ensure === 'absent',
    );
    expect(await installedIn(manager, 'app')).toEqual([
      'base 1.0 public',
      'chain 1.1 tools',
      'postgres_fdw 1.2 public',
    ]);
    expect(
      await manager.sql(
        `SELECT srvoptions, has_server_privilege('app', 'elsewhere', 'USAGE') AS may FROM pg_foreign_server`,
        {
          database: 'app',
        },
      ),
    ).toEqual([{ srvoptions: ['dbname=other'], may: false }]);
  });

  test('is not dropped when its file goes, whatever its reclaim policy is, which is said beforehand', async () => {
    write('  databaseReclaimPolicy: delete\n');
    const { findings } = await manager.waitFor(({ findings: all }) =>
      all.some(({ reason, message }) => reason === 'ConfigurationWarning' && message.includes('databaseReclaimPolicy')),
    );
    expect(findings.some(({ message }) => message.includes('ensure: absent'))).toBe(true);
    rmSync(join(place.configurationDirectory, 'app.yaml'));
    await manager.waitFor((status) => databaseIn(status, 'app')?.ensure === null);
    expect(await manager.sql(`SELECT 1 AS there FROM pg_database WHERE datname = 'app'`)).toEqual([{ there: 1 }]);
  });

  test('and the native format cannot both declare a database: both places are named, and what was in force stays', async () => {
    write('');
    await applied(manager, 'app');
    place.writeConfiguration('extensions: [{ name: kit }]\ndatabases: [{ name: app }]\n');
    const { findings } = await manager.waitFor(({ configuration }) => configuration.state === 'invalid');
    const message = findings.find(({ reason }) => reason === 'ConfigurationInvalid')?.message ?? '';
    expect(message).toContain('app.yaml');
    expect(message).toContain('instance.yaml');
  });
});
