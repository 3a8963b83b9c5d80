import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base, chain, extensionImage, movable, needy } from '../../support/extension-kit.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { applied, databaseIn, extensionIn, installedIn, postgresErrors } from './declared.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

const images = 'extensions: [{ name: kit }]\n';

describe('declared extensions', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: images });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.1'), base, needy, movable);
    manager = await place.startReady();
  });
  afterAll(() => place?.remove());

  test('follow a swapped image with update: default, and only with it', async () => {
    place.writeConfiguration(`${images}databases:
  - { name: follows, extensions: [{ name: chain, update: default }] }
  - { name: stays, extensions: [{ name: chain }] }
`);
    await applied(manager, 'follows');
    await applied(manager, 'stays');
    expect(await installedIn(manager, 'follows')).toEqual(['chain 1.1 public']);
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'));
    await manager.control('POST', '/reload');
    await manager.waitFor(
      (status) =>
        extensionIn(status, 'follows', 'chain')?.installedVersion === '1.2' &&
        extensionIn(status, 'stays', 'chain')?.reason === 'UpdateAvailable',
    );
    expect(await installedIn(manager, 'stays')).toEqual(['chain 1.1 public']);
  });

  test('are dropped in reverse order of what they require, without one refusal of PostgreSQL', async () => {
    place.writeConfiguration(
      `${images}databases: [{ name: reverse, extensions: [{ name: base }, { name: needy }] }]\n`,
    );
    await applied(manager, 'reverse');
    const before = postgresErrors(manager).length;
    place.writeConfiguration(
      `${images}databases: [{ name: reverse, extensions: [{ name: base, ensure: absent }, { name: needy, ensure: absent }] }]\n`,
    );
    await manager.waitFor(
      (status) =>
        databaseIn(status, 'reverse')?.applied === true &&
        databaseIn(status, 'reverse')?.extensions.every(({ ensure }) => ensure === 'absent') === true,
    );
    expect(await installedIn(manager, 'reverse')).toEqual([]);
    expect(postgresErrors(manager)).toHaveLength(before);
  });

  test('that somebody makes by hand at the same time are waited for, and are then in place', async () => {
    await manager.sql('CREATE DATABASE race');
    const hand = await manager.client({ database: 'race' });
    await hand.query('BEGIN; CREATE EXTENSION movable');
    place.writeConfiguration(`${images}databases: [{ name: race, extensions: [{ name: movable }] }]\n`);
    await manager.waitFor((status) => extensionIn(status, 'race', 'movable')?.applied === false);
    await hand.query('COMMIT');
    await hand.end();
    await applied(manager, 'race');
    expect(await installedIn(manager, 'race')).toEqual(['movable 1.0 public']);
  });

  test('are the same from a document of CloudNativePG as from the native format', async () => {
    await manager.sql('CREATE ROLE app');
    place.writeConfiguration(`${images}databases:
  - name: native
    owner: app
    schemas: [{ name: tools, owner: app }]
    extensions: [{ name: chain, version: "1.0", schema: tools }, { name: needy }, { name: base }]
`);
    writeFileSync(
      join(place.configurationDirectory, 'document.yaml'),
      `apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata: { name: document }
spec:
  name: document
  owner: app
  cluster: { name: c }
  databaseReclaimPolicy: retain
  schemas: [{ name: tools, owner: app }]
  extensions: [{ name: chain, version: "1.0", schema: tools }, { name: needy }, { name: base }]
`,
    );
    await applied(manager, 'native');
    const status = await applied(manager, 'document');
    expect(await installedIn(manager, 'document')).toEqual(await installedIn(manager, 'native'));
    // Sentences name their database.
    const row = (database: string): string =>
      JSON.stringify({ ...databaseIn(status, database), lookedAt: null }).replaceAll(database, 'one');
    expect(row('document')).toBe(row('native'));
    expect(await installedIn(manager, 'document')).toEqual(['base 1.0 public', 'chain 1.0 tools', 'needy 1.0 public']);
  });
});
