import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import {
  afterLooks,
  blocked,
  both,
  imagesIn,
  lookOften,
  makesUuids,
  onlyHstore,
  onlyImages,
  onlyUuidOssp,
  reasonsIn,
  reloadsOf,
  remembered,
  withBoth,
} from './leaving.ts';
import { postmasterPid } from './processes.ts';

describe('an image that leaves the configuration while a database uses it', () => {
  test('is held: its paths and its environment stay in force, and nothing asks for a restart', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    const before = place.readData('pg-instance-manager.conf');
    place.writeConfiguration(onlyHstore);
    expect((await manager.control('POST', '/reload')).statusCode).toBe(200);
    const after = await manager.status();
    expect(imagesIn(after)).toEqual(['uuid-ossp', 'hstore']);
    expect(after.restartRequired.required).toBe(false);
    expect(place.readData('pg-instance-manager.conf')).toBe(before);
    await makesUuids(manager);
  });

  test('is named with what to drop, database by database', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE DATABASE "my shop"');
    for (const database of ['postgres', 'my shop']) await manager.sql('CREATE EXTENSION "uuid-ossp"', { database });
    place.writeConfiguration(onlyHstore);
    const { findings } = await blocked(manager, /DROP EXTENSION/);
    expect(findings).toMatchObject([{ severity: 'warning', reason: 'RemovalBlocked', subject: 'extension/uuid-ossp' }]);
    expect(findings[0]?.message).toContain('database "my shop": DROP EXTENSION "uuid-ossp" (1.1)');
    expect(findings[0]?.message).toContain('database postgres: DROP EXTENSION "uuid-ossp" (1.1)');
  });

  test('is held over a restart of the manager, with the restart of PostgreSQL', async () => {
    await using place = await withBoth();
    const first = await place.startReady();
    await first.sql('CREATE EXTENSION "uuid-ossp"');
    place.writeConfiguration(onlyHstore);
    await first.waitFor((status) => status.configuration.state === 'applied' && imagesIn(status).length === 2);
    await first.stop();
    expect(remembered(place).images).toEqual(['uuid-ossp', 'hstore']);
    const second = await place.startReady();
    expect(imagesIn(await second.status())).toEqual(['uuid-ossp', 'hstore']);
    await makesUuids(second);
  });

  test('that happens while the manager is down is held all the same', async () => {
    await using place = await withBoth();
    const first = await place.startReady();
    await first.sql('CREATE EXTENSION "uuid-ossp"');
    await first.stop();
    place.writeConfiguration('');
    const second = await place.startReady();
    expect(imagesIn(await second.status())).toContain('uuid-ossp');
    await makesUuids(second);
  });

  test('is not held any more but configured when it is named again', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    place.writeConfiguration(onlyHstore);
    await blocked(manager, /uuid-ossp/);
    place.writeConfiguration(both);
    const { findings } = await manager.waitFor((status) => !reasonsIn(status).includes('RemovalBlocked'));
    expect(findings).toEqual([]);
    await makesUuids(manager);
  });

  test('is held over kill -9 of the manager and of PostgreSQL, until every database was looked into', async () => {
    await using place = await withBoth();
    const first = await place.startReady();
    await first.sql('CREATE DATABASE shop');
    await first.sql('CREATE EXTENSION "uuid-ossp"', { database: 'shop' });
    // A database that cannot be seen keeps what it may need, whatever was seen of the others.
    await first.sql('ALTER DATABASE shop ALLOW_CONNECTIONS false');
    place.writeConfiguration(onlyHstore);
    await blocked(first, /not looked into yet: shop/);
    const postmaster = postmasterPid(place.dataDirectory);
    await first.stop('SIGKILL');
    if (postmaster !== undefined) sendSignal(postmaster, 'SIGKILL');
    const second = await place.startReady(lookOften);
    await blocked(second, /not looked into yet: shop/);
    expect(imagesIn(await second.status())).toEqual(['uuid-ossp', 'hstore']);
    await second.sql('ALTER DATABASE shop ALLOW_CONNECTIONS true');
    await blocked(second, /database shop: DROP EXTENSION "uuid-ossp"/);
    await second.sql('DROP EXTENSION "uuid-ossp"', { database: 'shop' });
    await onlyImages(second, 'hstore');
  });

  test('is in force from the start of PostgreSQL, which needs no reload for it', async () => {
    await using place = await withBoth();
    const first = await place.startReady();
    await first.sql('CREATE EXTENSION "uuid-ossp"');
    await first.stop();
    place.writeConfiguration(onlyHstore);
    const second = await place.startReady(lookOften);
    await blocked(second, /uuid-ossp/);
    await makesUuids(second);
    await afterLooks(second, 3);
    expect(await reloadsOf(second)).toBe(0);
    expect(await second.status()).toMatchObject({ postgres: { starts: 1 }, restartRequired: { required: false } });
  });

  test('is held for template1, too, which nobody has declared', async () => {
    await using place = await withBoth();
    const manager = await place.startReady(lookOften);
    await manager.sql('CREATE EXTENSION hstore', { database: 'template1' });
    place.writeConfiguration(onlyUuidOssp);
    await blocked(manager, /database template1: DROP EXTENSION hstore \(1\.8\)/);
    await manager.sql('DROP EXTENSION hstore', { database: 'template1' });
    await onlyImages(manager, 'uuid-ossp');
  });

  test('is told without a break while the databases are looked into again and again, and once in the log', async () => {
    await using place = await withBoth();
    const manager = await place.startReady(lookOften);
    for (let database = 0; database < 10; database += 1) await manager.sql(`CREATE DATABASE shop_${database}`);
    await manager.sql('CREATE EXTENSION "uuid-ossp"', { database: 'shop_1' });
    place.writeConfiguration(onlyHstore);
    await blocked(manager, /database shop_1: DROP EXTENSION/);
    const looks = afterLooks(manager, 4).then(() => true);
    for (let isOver = false; !isOver; isOver = await Promise.race([looks, delay(5, false)])) {
      expect(reasonsIn(await manager.status())).toEqual(['RemovalBlocked']);
    }
    const lines = manager.log().filter((line) => line['reason'] === 'RemovalBlocked');
    expect(lines).toMatchObject([{ level: 'warn', subject: 'extension/uuid-ossp' }]);
  });

  test('never loses its paths while it is named and taken away in quick succession', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION hstore');
    for (let change = 0; change < 40; change += 1) {
      place.writeConfiguration(change % 2 === 0 ? onlyUuidOssp : both);
      // As long as a pass and a look take, more or less.
      await delay((change * 37) % 150);
      expect(place.readData('pg-instance-manager.conf')).toContain('/hstore/share');
      expect(remembered(place).images).toContain('hstore');
    }
    place.writeConfiguration(onlyUuidOssp);
    await blocked(manager, /DROP EXTENSION hstore/);
    expect(await reloadsOf(manager)).toBeLessThanOrEqual(1);
    await manager.sql('DROP EXTENSION hstore');
    await manager.control('POST', '/reload');
    await onlyImages(manager, 'uuid-ossp');
  });
});
