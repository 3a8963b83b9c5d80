import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { instanceFolder } from './instance-folder.ts';
import { blocked, imagesIn, lookOften, onlyImages, remembered, withLibrary } from './leaving.ts';

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
    await using place = await withLibrary('test_decoding', { settings: { wal_level: 'logical' } });
    const manager = await place.startReady(lookOften);
    await manager.sql(`SELECT pg_create_logical_replication_slot('feed', 'tool')`);
    place.writeConfiguration('');
    await blocked(manager, /replication slot feed uses tool: drop the slot/);
    await manager.sql('CREATE TABLE news (id integer)');
    await manager.sql('INSERT INTO news VALUES (1)');
    expect(await manager.sql(`SELECT data FROM pg_logical_slot_peek_changes('feed', NULL, NULL)`)).toContainEqual({
      data: 'table public.news: INSERT: id[integer]:1',
    });
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

  test('for what a database or a role loads into its sessions', async () => {
    await using place = await withLibrary('auto_explain');
    const manager = await place.startReady(lookOften);
    await manager.sql(`ALTER DATABASE postgres SET session_preload_libraries = 'tool'`);
    place.writeConfiguration('');
    await blocked(manager, /session_preload_libraries.* names tool: take it off/);
    await manager.sql('ALTER DATABASE postgres RESET session_preload_libraries');
    await onlyImages(manager);
  });

  test('until the last of several uses is gone, and tells those that are left', async () => {
    await using place = await withLibrary('fuzzystrmatch');
    const manager = await place.startReady(lookOften);
    await manager.sql('CREATE EXTENSION tool');
    await manager.sql(`CREATE FUNCTION sound(text) RETURNS text AS '$libdir/tool', 'soundex' LANGUAGE C STRICT`);
    await manager.sql(`CREATE FUNCTION distance(text, text) RETURNS int AS 'tool', 'levenshtein' LANGUAGE C STRICT`);
    place.writeConfiguration('');
    await blocked(manager, /DROP EXTENSION tool \(1\.0\), function public\.\S+\(.*\) uses the library tool/);
    await manager.sql('DROP EXTENSION tool');
    await blocked(manager, /database postgres: function /);
    await manager.sql('DROP FUNCTION sound(text)');
    await blocked(manager, /database postgres: function public\.distance\(text, ?text\) uses/);
    await manager.sql('DROP FUNCTION distance(text, text)');
    await onlyImages(manager);
  });

  test('not for what an image that stays brings as well', async () => {
    await using place = await withLibrary('fuzzystrmatch', {
      configuration: 'extensions: [{ name: tool }, { name: other }]\n',
    });
    cpSync(join(place.extensionsDirectory, 'tool'), join(place.extensionsDirectory, 'other'), { recursive: true });
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION tool');
    await manager.sql(`CREATE FUNCTION sound(text) RETURNS text AS '$libdir/tool', 'soundex' LANGUAGE C STRICT`);
    place.writeConfiguration('extensions: [{ name: other }]\n');
    await onlyImages(manager, 'other');
    expect(await manager.sql(`SELECT sound('Anne') AS s`)).toEqual([{ s: 'A500' }]);
  });
});
