import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base, chain, extensionImage, fatal, fixed, needy, preloader, settled } from '../../support/extension-kit.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { applied, databaseIn, extensionIn, installedIn, postgresErrors, reasoned } from './declared.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

const images = 'extensions: [{ name: kit }]\n';

describe('a declared database', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: images });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), base, needy, fixed, settled, preloader, fatal);
    manager = await place.startReady();
  });
  afterAll(() => place?.remove());

  test('is made with its owner and its extensions, each after what it requires, and the role cannot log in', async () => {
    place.writeConfiguration(`${images}databases:
  - name: order
    owner: order_owner
    create_owner: true
    extensions: [{ name: needy }, { name: base }, { name: chain, version: "1.0" }, { name: fixed }]
`);
    await applied(manager, 'order');
    expect(await installedIn(manager, 'order')).toEqual([
      'base 1.0 public',
      'chain 1.0 public',
      'fixed 1.0 fixed_home',
      'needy 1.0 public',
    ]);
    expect(
      await manager.sql(
        `SELECT rolname, rolcanlogin FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE datname = 'order'`,
      ),
    ).toEqual([{ rolname: 'order_owner', rolcanlogin: false }]);
    expect(postgresErrors(manager)).toEqual([]);
  });

  test('gets its extensions into public, whatever the search_path of the superuser is', async () => {
    await manager.sql(`ALTER ROLE postgres SET search_path = pg_catalog`);
    place.writeConfiguration(
      `${images}databases: [{ name: path, extensions: [{ name: settled }, { name: chain }] }]\n`,
    );
    await applied(manager, 'path');
    expect(await installedIn(manager, 'path')).toEqual(['chain 1.2 public', 'settled 1.0 public']);
    await manager.sql('ALTER ROLE postgres RESET search_path');
  });

  test('gets an extension into the declared schema, which is made before it', async () => {
    place.writeConfiguration(`${images}databases:
  - { name: place, schemas: [{ name: "my tools" }], extensions: [{ name: chain, schema: "my tools", version: "1.1" }] }
`);
    await applied(manager, 'place');
    expect(await installedIn(manager, 'place')).toEqual(['chain 1.1 my tools']);
  });

  test('gets what an extension requires with it where CASCADE is asked for, and only there', async () => {
    place.writeConfiguration(`${images}databases:
  - { name: with, extensions: [{ name: needy, cascade: true }] }
  - { name: without, extensions: [{ name: needy }, { name: chain }] }
`);
    await applied(manager, 'with');
    expect(await installedIn(manager, 'with')).toEqual(['base 1.0 public', 'needy 1.0 public']);
    const row = await reasoned(manager, 'without', 'needy', 'DependencyMissing');
    expect(row?.message).toMatch(/base.*cascade: true/);
    await manager.waitFor((status) => extensionIn(status, 'without', 'chain')?.applied === true);
    expect(await installedIn(manager, 'without')).toEqual(['chain 1.2 public']);
  });

  test('has a row for each item that cannot be, with the sentence that says what to change, and nothing is tried in vain', async () => {
    const before = postgresErrors(manager).length;
    place.writeConfiguration(`${images}databases:
  - name: rows
    extensions:
      - { name: chain, version: "9.9" }
      - { name: settled, schema: nowhere }
      - { name: fixed, schema: public }
      - { name: kit }
      - { name: chains }
      - { name: base, schema: pg_catalog }
      - { name: needy, cascade: true }
`);
    const status = await manager.waitFor((seen) => extensionIn(seen, 'rows', 'chains')?.applied === false);
    const rows = Object.fromEntries(
      (databaseIn(status, 'rows')?.extensions ?? []).map(({ name, applied: is, reason, message }) => [
        name,
        [is, reason, message],
      ]),
    );
    expect(rows['chain']).toEqual([
      false,
      'VersionNotAvailable',
      expect.stringMatching(/9\.9.*2\.0.*1\.2.*1\.1.*1\.0/),
    ]);
    expect(rows['settled']).toEqual([false, 'SchemaMissing', expect.stringContaining('nowhere')]);
    expect(rows['fixed']).toEqual([false, 'NotRelocatable', expect.stringContaining('fixed_home')]);
    expect(rows['kit']).toEqual([false, 'ExtensionNotAvailable', expect.stringMatching(/image kit .*chain/)]);
    expect(rows['chains']).toEqual([false, 'ExtensionNotAvailable', expect.stringContaining('chain')]);
    expect(rows['base']).toEqual([false, 'SchemaReserved', expect.stringContaining('pg_catalog')]);
    expect(databaseIn(status, 'rows')).toMatchObject({ applied: false });
    // Nothing was tried in vain.
    expect(postgresErrors(manager).length).toBe(before);
  });

  test('says that a library must be preloaded, and goes on with the next when an extension ends the session', async () => {
    place.writeConfiguration(`${images}databases:
  - { name: preload, extensions: [{ name: preloader }, { name: fatal }, { name: chain }] }
`);
    const row = await reasoned(manager, 'preload', 'preloader', 'PreloadRequired');
    expect(row?.message).toMatch(/shared_preload_libraries.*restart/);
    await reasoned(manager, 'preload', 'fatal', 'StatementFailed');
    await manager.waitFor((status) => extensionIn(status, 'preload', 'chain')?.applied === true);
    expect(await installedIn(manager, 'preload')).toEqual(['chain 1.2 public']);
  });

  test('says which role is missing, and is made when the role is there', async () => {
    place.writeConfiguration(`${images}databases: [{ name: owned, owner: "the owner" }]\n`);
    const status = await manager.waitFor((seen) => databaseIn(seen, 'owned')?.reason === 'OwnerMissing');
    expect(databaseIn(status, 'owned')?.message).toMatch(/"the owner".*create_owner: true/);
    await manager.sql('CREATE ROLE "the owner"');
    await manager.control('POST', '/reload');
    await applied(manager, 'owned');
    await manager.sql('ALTER DATABASE owned OWNER TO postgres');
    await manager.control('POST', '/reload');
    await expect
      .poll(() => manager.sql(`SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = 'owned'`))
      .toEqual([{ owner: 'the owner' }]);
  });

  test('is the only one that is touched: what nobody has declared stays as it is', async () => {
    await manager.sql('CREATE DATABASE stranger');
    await manager.sql('CREATE EXTENSION chain VERSION "1.0"', { database: 'stranger' });
    place.writeConfiguration(`${images}databases: [{ name: other, extensions: [{ name: chain }] }]\n`);
    await applied(manager, 'other');
    const status = await manager.waitFor((seen) => extensionIn(seen, 'stranger', 'chain') !== undefined);
    expect(databaseIn(status, 'stranger')).toMatchObject({ ensure: null, applied: null });
    expect(extensionIn(status, 'stranger', 'chain')).toMatchObject({
      ...{ ensure: null, applied: null, installedVersion: '1.0', defaultVersion: '1.2', reason: 'UpdateAvailable' },
    });
    expect(await installedIn(manager, 'stranger')).toEqual(['chain 1.0 public']);
    // Those of the tests before are not in the configuration any more, and are still there.
    expect(await installedIn(manager, 'order')).toHaveLength(4);
  });

  test('is dropped where ensure: absent says so, as soon as nobody is in it', async () => {
    const guest = await manager.client({ database: 'other' });
    place.writeConfiguration(`${images}databases: [{ name: other, ensure: absent }]\n`);
    const status = await manager.waitFor((seen) => databaseIn(seen, 'other')?.reason === 'DatabaseInUse');
    expect(databaseIn(status, 'other')).toMatchObject({ applied: false });
    await guest.end();
    await applied(manager, 'other');
    expect(await manager.sql(`SELECT 1 FROM pg_database WHERE datname = 'other'`)).toEqual([]);
  });

  test('takes names as they are: quotes, blanks, unicode and SQL in them harm nobody', async () => {
    const names = ['a"b\'c', 'with blank', 'ünïcode', '";-- DROP DATABASE postgres', 'x'.repeat(63), '$libdir\\n'];
    const entries = names.map((name) => ({
      name,
      owner: `owner of ${name}`.slice(0, 63),
      create_owner: true,
      schemas: [{ name }],
      extensions: [{ name: 'chain', schema: name, version: '1.0' }],
    }));
    place.writeConfiguration(`${images}databases: ${JSON.stringify(entries)}\n`);
    for (const name of names) {
      await applied(manager, name);
      expect(await installedIn(manager, name)).toEqual([`chain 1.0 ${name}`]);
    }
  });

  test.each([
    ['a name of more than 63 bytes', `{ name: "${'ü'.repeat(32)}" }`, /63 bytes/],
    ['an empty version', '{ name: app, extensions: [{ name: chain, version: "" }] }', /version/],
    ['the same extension twice', '{ name: app, extensions: [{ name: chain }, { name: chain }] }', /already/],
    ['a reserved database that is to be dropped', '{ name: template1, ensure: absent }', /template1/],
  ])('is refused with a sentence for %s, and nothing else suffers', async (_, entry, sentence) => {
    place.writeConfiguration(
      `${images}databases:\n  - { name: place, extensions: [{ name: chain, schema: "my tools" }] }\n`,
    );
    await manager.waitFor(
      (status) => status.configuration.state === 'applied' && databaseIn(status, 'place')?.applied === true,
    );
    place.writeConfiguration(`${images}databases:\n  - { name: never }\n  - ${entry}\n`);
    const { findings, databases } = await manager.waitFor(({ configuration }) => configuration.state === 'invalid');
    expect(findings.find(({ reason }) => reason === 'ConfigurationInvalid')?.message).toMatch(sentence);
    expect(databases.find(({ name }) => name === 'place')).toMatchObject({ ensure: 'present', applied: true });
    expect(await manager.sql(`SELECT 1 FROM pg_database WHERE datname = 'never'`)).toEqual([]);
  });
});
