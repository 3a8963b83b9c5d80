import { expect } from 'vitest';
import type { Container } from '../support/container.ts';
import type { OfficialExtension } from '../support/official-extensions.ts';

/** A sentence about what a user gets, and its proof on a running server. They are carried out in this order. */
export type Check = readonly [sentence: string, prove: (container: Container) => Promise<void>];

/** The checks of the projects that publish the images, with their numbers. */
export const functionalChecks: Readonly<Record<OfficialExtension, readonly Check[]>> = {
  pgvector: [
    ['pgvector: created in the version of its image', created('pgvector', 'vector')],
    [
      'pgvector: distances are exact',
      async ({ sql }) => {
        const [a, b] = ["'[1,2,3]'::vector", "'[4,5,6]'::vector"];
        const statement = `SELECT ${a}, ${b}, cosine_distance(${a},${b}), l2_distance(${a},${b}), inner_product(${a},${b})`;
        expect(await sql(statement)).toBe('[1,2,3]|[4,5,6]|0.025368153802923787|5.196152422706632|32');
      },
    ],
    [
      'pgvector: an index is searched',
      async ({ sql }) => {
        const nearest = await sql([
          'CREATE TABLE items (id int, place vector(3))',
          'INSERT INTO items SELECT n, ARRAY[n, n, n]::vector FROM generate_series(1, 1000) n',
          'CREATE INDEX ON items USING hnsw (place vector_l2_ops)',
          'SET enable_seqscan = off',
          "SELECT id FROM items ORDER BY place <-> '[500.1,500.1,500.1]' LIMIT 2",
        ]);
        expect(nearest).toBe('500\n501');
      },
    ],
  ],
  postgis: [
    [
      'PostGIS: all eight of its extensions are created in the version of the image',
      async (container) => {
        for (const name of postgisExtensions) await created('postgis', name)(container);
        await container.sql('CREATE EXTENSION IF NOT EXISTS fuzzystrmatch');
        for (const name of postgisExtensionsAfter) await created('postgis', name)(container);
      },
    ],
    [
      'PostGIS: the area of a polygon',
      async ({ sql }) => {
        const polygon = "ST_GeomFromText('POLYGON((0 0, 0 10, 10 10, 10 0, 0 0))', 4326)";
        expect(await sql(`SELECT ST_AsText(g), ST_Area(g) FROM (SELECT ${polygon} AS g)`)).toBe(
          'POLYGON((0 0,0 10,10 10,10 0,0 0))|100',
        );
      },
    ],
    [
      'PostGIS: PROJ transforms with its database and GDAL knows its formats, from the image',
      async ({ sql }) => {
        expect(await sql("SELECT ST_AsText(ST_Transform('SRID=4326;POINT(10 50)'::geometry, 3857), 0)")).toBe(
          'POINT(1113195 6446276)',
        );
        expect(await sql('SELECT postgis_full_version()')).toContain(
          'DATABASE_PATH=/extensions/postgis/share/proj/proj.db',
        );
        const drivers = "SELECT short_name FROM ST_GDALDrivers() WHERE short_name IN ('GTiff', 'PNG') ORDER BY 1";
        expect(await sql(["SET postgis.gdal_enabled_drivers = 'ENABLE_ALL'", drivers])).toBe('GTiff\nPNG');
      },
    ],
    [
      'PostGIS: SFCGAL intersects, and an address is taken apart',
      async ({ sql }) => {
        const square = "'POLYGON((0 0,0 1,1 1,1 0,0 0))'::geometry";
        expect(await sql(`SELECT ST_Area(CG_Intersection(${square}, ST_Translate(${square}, 0.5, 0)))`)).toBe('0.5');
        const address = "parse_address('1 Devonshire Place PH301, Boston, MA 02109')";
        expect(await sql(`SELECT num, street, city, state, zip FROM ${address}`)).toBe(
          '1|Devonshire Place PH301|Boston|MA|02109',
        );
      },
    ],
  ],
  pgrouting: [
    [
      'pgRouting: created with PostGIS, which it requires, in the version of its image',
      async (container) => {
        await container.sql('CREATE EXTENSION IF NOT EXISTS pgrouting CASCADE');
        await created('pgrouting', 'pgrouting')(container);
      },
    ],
    [
      'pgRouting: the shortest path is 1,2,3,4 and costs 3',
      async ({ sql }) => {
        const path = await sql([
          'CREATE TABLE edges (id int, source int, target int, cost float8, reverse_cost float8)',
          'INSERT INTO edges VALUES (1,1,2,1,1), (2,2,3,1,1), (3,3,4,1,1), (4,1,4,5,5)',
          `SELECT string_agg(node::text, ',' ORDER BY seq), max(agg_cost)
             FROM pgr_dijkstra('SELECT id, source, target, cost, reverse_cost FROM edges', 1, 4)`,
        ]);
        expect(path).toBe('1,2,3,4|3');
      },
    ],
  ],
  pgaudit: [
    ['pgAudit: created in the version of its image', created('pgaudit', 'pgaudit')],
    [
      'pgAudit: a statement is audited in the log of the container',
      async (container) => {
        await container.sql('CREATE TABLE audited (id int)');
        const messages = (await container.log()).map(({ msg }) => msg);
        expect(messages).toContainEqual(
          expect.stringMatching(/AUDIT: SESSION,\d+,\d+,DDL,CREATE TABLE,TABLE,public\.audited,CREATE TABLE audited/),
        );
      },
    ],
  ],
  'pg-ivm': [
    ['pg_ivm: created in the version of its image', created('pg-ivm', 'pg_ivm')],
    [
      'pg_ivm: a view follows its table at once',
      async ({ sql }) => {
        await sql([
          'CREATE TABLE base_table (id int PRIMARY KEY, value text)',
          "INSERT INTO base_table VALUES (1, 'one')",
        ]);
        expect(await sql("SELECT pgivm.create_immv('test_ivm', 'SELECT * FROM base_table')")).toBe('1');
        expect(await sql('SELECT count(*) FROM test_ivm')).toBe('1');
        await sql("INSERT INTO base_table VALUES (2, 'two')");
        expect(await sql('SELECT count(*) FROM test_ivm')).toBe('2');
      },
    ],
  ],
  'timescaledb-oss': [
    ['TimescaleDB: created in the version of its image', created('timescaledb-oss', 'timescaledb')],
    [
      'TimescaleDB: a hypertable holds what is inserted, in chunks',
      async ({ sql }) => {
        await sql('CREATE TABLE test_hypertable (time timestamptz NOT NULL, value float8)');
        await sql("SELECT create_hypertable('test_hypertable', by_range('time'))");
        await sql("INSERT INTO test_hypertable VALUES ('2026-01-01', 1)");
        expect(await sql('SELECT count(*) FROM test_hypertable')).toBe('1');
        expect(await sql("SELECT count(*) FROM show_chunks('test_hypertable')")).toBe('1');
      },
    ],
  ],
  wal2json: [
    [
      'wal2json: a slot of it gives changes as JSON',
      async ({ sql }) => {
        await sql("SELECT pg_create_logical_replication_slot('changes', 'wal2json')");
        expect(await sql("SELECT plugin FROM pg_replication_slots WHERE slot_name = 'changes'")).toBe('wal2json');
        await sql(['CREATE TABLE changing (id int)', 'INSERT INTO changing VALUES (7)']);
        const data = await sql("SELECT data FROM pg_logical_slot_get_changes('changes', NULL, NULL)");
        const changes = data.split('\n').flatMap((line) => JSON.parse(line).change);
        expect(changes).toContainEqual(
          expect.objectContaining({ kind: 'insert', table: 'changing', columnvalues: [7] }),
        );
        await sql("SELECT pg_drop_replication_slot('changes')");
      },
    ],
  ],
  'pg-crash': [
    [
      'pg_crash: its worker is loaded',
      async ({ sql, log }) => {
        expect(await sql('SHOW shared_preload_libraries')).toContain('pg_crash');
        const messages = (await log()).map(({ msg }) => msg);
        expect(messages).toContainEqual(
          expect.stringMatching(/pg_crash background worker started, crash.delay = 3600, crash.signals = '15'/),
        );
      },
    ],
  ],
};

const postgisExtensions = ['postgis', 'postgis_raster', 'postgis_sfcgal', 'address_standardizer'];
const postgisExtensionsAfter = ['address_standardizer_data_us', 'postgis_tiger_geocoder', 'postgis_topology'];

/** Creates it and compares its version with the control file of the image. */
function created(image: OfficialExtension, name: string): Check[1] {
  return async ({ exec, sql }) => {
    const control = await exec(['cat', `/extensions/${image}/share/extension/${name}.control`]);
    const version = /^default_version = '(.+)'/m.exec(control.stdout)?.[1];
    expect(version).toMatch(/^\d+\.\d/);
    await sql(`CREATE EXTENSION IF NOT EXISTS ${name}`);
    expect(await sql(`SELECT extversion FROM pg_extension WHERE extname = '${name}'`)).toBe(version);
  };
}
