import { describe, expect, test } from 'vitest';
import { extensionIn, installedIn } from './declared.ts';
import {
  afterLooks,
  blocked,
  both,
  imagesIn,
  lookOften,
  onlyHstore,
  onlyImages,
  onlyUuidOssp,
  reasonsIn,
  reloadsOf,
  remembered,
  withBoth,
} from './leaving.ts';

describe('an image that was held leaves by itself', () => {
  test('when the last use is gone', async () => {
    await using place = await withBoth();
    const manager = await place.startReady(lookOften);
    await manager.sql('CREATE EXTENSION hstore');
    place.writeConfiguration(onlyUuidOssp);
    await blocked(manager, /DROP EXTENSION hstore/);
    await manager.sql('DROP EXTENSION hstore');
    const released = await manager.waitFor((status) => imagesIn(status).join() === 'uuid-ossp');
    expect(reasonsIn(released)).not.toContain('RemovalBlocked');
    await expect.poll(() => remembered(place).images).toEqual(['uuid-ossp']);
    await manager.waitFor((status) => status.configuration.state === 'applied');
    expect(await manager.sql(`SELECT 1 FROM pg_available_extensions WHERE name = 'hstore'`)).toEqual([]);
  });

  test('when nothing used it, as soon as all databases were looked at', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    place.writeConfiguration(onlyUuidOssp);
    await manager.waitFor((status) => imagesIn(status).join() === 'uuid-ossp');
    await expect.poll(() => remembered(place).images).toEqual(['uuid-ossp']);
  });

  test('after its extension when both leave in one change: DROP first, paths after', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION hstore');
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    const drops = 'databases: [{ name: postgres, extensions: [{ name: uuid-ossp, ensure: absent }] }]\n';
    place.writeConfiguration(`${onlyHstore}${drops}`);
    await manager.waitFor((status) => imagesIn(status).join() === 'hstore');
    expect(await manager.sql(`SELECT 1 FROM pg_extension WHERE extname = 'uuid-ossp'`)).toEqual([]);
    expect(manager.log().filter(({ level }) => level === 'error')).toEqual([]);
    await expect.poll(() => remembered(place).images).toEqual(['hstore']);
  });

  test('but not while there is a database that could not be looked into', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE DATABASE shut ALLOW_CONNECTIONS false');
    place.writeConfiguration(onlyHstore);
    const { findings } = await blocked(manager, /not looked into yet: shut/);
    expect(findings).toMatchObject([{ severity: 'info', subject: 'extension/uuid-ossp' }]);
    await manager.sql('ALTER DATABASE shut ALLOW_CONNECTIONS true');
    expect((await manager.control('POST', '/reload')).statusCode).toBe(200);
    await manager.waitFor((status) => imagesIn(status).join() === 'hstore');
  });

  test('with one reload and no restart', async () => {
    await using place = await withBoth();
    const manager = await place.startReady(lookOften);
    await manager.sql('CREATE EXTENSION hstore');
    const before = await reloadsOf(manager);
    place.writeConfiguration(onlyUuidOssp);
    await blocked(manager, /DROP EXTENSION hstore/);
    await afterLooks(manager, 3);
    expect(await reloadsOf(manager)).toBe(before);
    await manager.sql('DROP EXTENSION hstore');
    await onlyImages(manager, 'uuid-ossp');
    await afterLooks(manager, 3);
    await expect.poll(() => reloadsOf(manager)).toBe(before + 1);
    expect(await manager.status()).toMatchObject({
      postgres: { starts: 1, crashes: 0 },
      restartRequired: { required: false },
      findings: [],
    });
  });

  test('when somebody asks for a look, without waiting for the next pass', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION hstore');
    place.writeConfiguration(onlyUuidOssp);
    await blocked(manager, /DROP EXTENSION hstore/);
    await manager.sql('DROP EXTENSION hstore');
    expect((await place.command('reload')).exitCode).toBe(0);
    await onlyImages(manager, 'uuid-ossp');
  });

  test('never by what was seen before it was named again: removed, named, used and removed once more', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    for (let round = 0; round < 5; round += 1) {
      place.writeConfiguration(onlyUuidOssp);
      await onlyImages(manager, 'uuid-ossp');
      place.writeConfiguration(both);
      await onlyImages(manager, 'uuid-ossp', 'hstore');
      await manager.sql('CREATE EXTENSION hstore');
      place.writeConfiguration(onlyUuidOssp);
      await blocked(manager, /DROP EXTENSION hstore/);
      expect(imagesIn(await manager.status())).toEqual(['uuid-ossp', 'hstore']);
      await manager.sql('DROP EXTENSION hstore');
      await manager.control('POST', '/reload');
    }
    await onlyImages(manager, 'uuid-ossp');
  });

  test('only when the DROP that leaves in the same change has succeeded in all databases', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE DATABASE shop');
    for (const database of ['postgres', 'shop']) await manager.sql('CREATE EXTENSION hstore', { database });
    await manager.sql('CREATE TABLE goods (facts hstore)', { database: 'shop' });
    const drop = '[{ name: hstore, ensure: absent }]';
    place.writeConfiguration(
      `${onlyUuidOssp}databases: [{ name: postgres, extensions: ${drop} }, { name: shop, extensions: ${drop} }]\n`,
    );
    const status = await blocked(manager, /needed, so its paths stay: database shop: DROP EXTENSION hstore \(1\.8\)\./);
    expect(extensionIn(status, 'shop', 'hstore')).toMatchObject({
      applied: false,
      reason: 'DependentsExist',
      message: expect.stringContaining('goods'),
    });
    expect(extensionIn(status, 'postgres', 'hstore')).toMatchObject({ applied: true, installedVersion: null });
    expect(await manager.sql(`SELECT ('a=>1'::hstore)->'a' AS a`, { database: 'shop' })).toEqual([{ a: '1' }]);
    await manager.sql('DROP TABLE goods', { database: 'shop' });
    await manager.control('POST', '/reload');
    await onlyImages(manager, 'uuid-ossp');
    expect(await installedIn(manager, 'shop')).toEqual([]);
  });

  test('but not while pg_hba.conf keeps the manager out of a database', async () => {
    await using place = await withBoth();
    const first = await place.startReady();
    await first.sql('CREATE DATABASE shut');
    await first.stop();
    const hba = place.readData('pg_hba.conf');
    place.writeData('pg_hba.conf', `local shut all reject\n${hba}`);
    place.writeConfiguration(onlyHstore);
    const second = await place.startReady();
    const { findings } = await blocked(second, /not looked into yet: shut/);
    expect(findings.find(({ reason }) => reason === 'RemovalBlocked')?.message).toContain('pg_hba.conf rejects');
    place.writeData('pg_hba.conf', hba);
    await second.sql('SELECT pg_reload_conf()');
    await onlyImages(second, 'hstore');
  });

  test('whatever a DROP DATABASE that was interrupted has left behind', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE DATABASE remains');
    await manager.sql('CREATE EXTENSION hstore', { database: 'remains' });
    await manager.sql(`UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'remains'`);
    place.writeConfiguration(onlyUuidOssp);
    await onlyImages(manager, 'uuid-ossp');
  });
});
