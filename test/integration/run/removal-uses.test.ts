import { describe, expect, test } from 'vitest';
import { instanceFolder } from './instance-folder.ts';
import { blocked, imagesIn, lookOften, remembered, withLibrary } from './leaving.ts';

describe('an image is held also', () => {
  test('for a function that was made by hand and needs its library', async () => {
    await using place = await withLibrary('fuzzystrmatch');
    const manager = await place.startReady(lookOften);
    await manager.sql(`CREATE FUNCTION sound(text) RETURNS text AS '$libdir/tool', 'soundex' LANGUAGE C STRICT`);
    place.writeConfiguration('');
    await blocked(manager, /database postgres: function public\.sound\(text\) uses the library tool/);
    expect(await manager.sql(`SELECT sound('Anne') AS s`)).toEqual([{ s: 'A500' }]);
    await manager.sql('DROP FUNCTION sound(text)');
    await manager.waitFor((status) => imagesIn(status).length === 0);
  });

  test('for a replication slot with its plugin', async () => {
    await using place = await withLibrary('pgoutput', { settings: { wal_level: 'logical' } });
    const manager = await place.startReady(lookOften);
    await manager.sql(`SELECT pg_create_logical_replication_slot('feed', 'tool')`);
    place.writeConfiguration('');
    await blocked(manager, /replication slot feed uses tool: drop the slot/);
    await manager.sql(`SELECT pg_drop_replication_slot('feed')`);
    await manager.waitFor((status) => imagesIn(status).length === 0);
  });

  test('for an entry of shared_preload_libraries that somebody still names, and then until the list was left', async () => {
    const preload = 'shared_preload_libraries: [pg_stat_statements]\n';
    const configuration = `extensions: [{ name: pg_stat_statements }]\n${preload}`;
    await using place = await instanceFolder({ configuration, images: ['pg_stat_statements'] });
    const manager = await place.startReady();
    place.writeConfiguration(preload);
    await blocked(manager, /shared_preload_libraries names pg_stat_statements: take it off/);
    place.writeConfiguration('');
    const { restartRequired } = await manager.waitFor((status) => status.restartRequired.required);
    expect(restartRequired.reasons).toMatchObject([{ name: 'shared_preload_libraries', desired: null }]);
    expect(remembered(place)).toEqual({ images: [], preload: [] });
  });

  test('with its entry of shared_preload_libraries, when both leave in one change and a database uses it', async () => {
    const configuration =
      'extensions: [{ name: pg_stat_statements }]\nshared_preload_libraries: [pg_stat_statements]\n';
    await using place = await instanceFolder({ configuration, images: ['pg_stat_statements'] });
    const first = await place.startReady();
    await first.sql('CREATE EXTENSION pg_stat_statements');
    place.writeConfiguration('');
    await first.waitFor((status) => status.configuration.state === 'applied');
    expect((await first.control('POST', '/restart')).statusCode).toBe(200);
    expect(await first.sql('SELECT count(*) > 0 AS counted FROM pg_stat_statements')).toEqual([{ counted: true }]);
    await first.stop();
    const second = await place.startReady();
    expect(await second.sql('SELECT count(*) > 0 AS counted FROM pg_stat_statements')).toEqual([{ counted: true }]);
    expect(remembered(place)).toEqual({ images: ['pg_stat_statements'], preload: ['pg_stat_statements'] });
  });
});
