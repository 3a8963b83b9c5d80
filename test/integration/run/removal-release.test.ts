import { describe, expect, test } from 'vitest';
import { blocked, imagesIn, lookOften, onlyHstore, onlyUuidOssp, reasonsIn, remembered, withBoth } from './leaving.ts';

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
});
