import { expect } from 'vitest';
import type { Container } from '../support/container.ts';

/** A statement that only works with the library of the extension, and what it says. */
const proofs: Readonly<Record<string, readonly [statements: readonly string[], says: string]>> = {
  vector: [["SELECT '[1,2]'::vector <-> '[4,6]'"], '5'],
  postgis: [["SELECT ST_Area('POLYGON((0 0,0 10,10 10,10 0,0 0))'::geometry)"], '100'],
  postgis_raster: [['SELECT ST_Width(ST_MakeEmptyRaster(7, 5, 0, 0, 1))'], '7'],
  postgis_sfcgal: [["SELECT ST_AsText(CG_Extrude('POINT(0 0)'::geometry, 0, 0, 1), 0)"], 'LINESTRING Z (0 0 0,0 0 1)'],
  postgis_topology: [["SELECT topology.CreateTopology('roads', 4326) > 0"], 't'],
  address_standardizer: [["SELECT num FROM parse_address('1 Devonshire Place, Boston, MA 02109')"], '1'],
  pgrouting: [
    [
      'CREATE TEMPORARY TABLE edges (id int, source int, target int, cost float8)',
      'INSERT INTO edges VALUES (1, 1, 2, 1), (2, 2, 3, 1), (3, 1, 3, 5)',
      "SELECT string_agg(node::text, ',' ORDER BY seq) FROM pgr_dijkstra('SELECT * FROM edges', 1, 3)",
    ],
    '1,2,3',
  ],
  pg_ivm: [
    [
      'CREATE TABLE counted (id int)',
      "SELECT pgivm.create_immv('counts', 'SELECT count(*) AS n FROM counted') > 0",
      'INSERT INTO counted VALUES (1), (2)',
      'SELECT n FROM counts',
    ],
    't\n2',
  ],
  pgaudit: [["SET pgaudit.log = 'ddl'", 'CREATE TABLE audited ()', 'SHOW pgaudit.log'], 'ddl'],
  timescaledb: [
    [
      'CREATE TABLE measured (time timestamptz NOT NULL)',
      "SELECT (create_hypertable('measured', by_range('time'))).created",
      "INSERT INTO measured VALUES ('2026-01-01')",
      "SELECT count(*) FROM show_chunks('measured')",
    ],
    't\n1',
  ],
};

export const provenExtensions = Object.keys(proofs);

export async function prove({ sql }: Container, database: string, extension: string): Promise<void> {
  const [statements, says] = proofs[extension] ?? expect.unreachable(`${extension} has no proof`);
  expect(await sql(statements, database)).toBe(says);
}
