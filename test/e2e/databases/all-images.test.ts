import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Container, startContainer } from '../support/container.ts';
import { extensionImage } from '../support/images.ts';
import { configurationFor, officialExtensions } from '../support/official-extensions.ts';
import { databaseOf, isApplied } from './database-status.ts';
import { prove, provenExtensions } from './one-statement-each.ts';

// pgrouting requires postgis and postgis_tiger_geocoder fuzzystrmatch, which come after them here
const declared = [
  ...['pgrouting', 'postgis_tiger_geocoder', 'postgis_topology', 'postgis_raster', 'postgis_sfcgal', 'postgis'],
  ...['fuzzystrmatch', 'address_standardizer', 'address_standardizer_data_us'],
  ...['vector', 'pg_ivm', 'pgaudit', 'timescaledb'],
];

describe('all that can be created of the eight images, declared in one database', () => {
  const held: { container?: Container } = {};
  const container = (): Container => held.container ?? expect.unreachable('the container was not started');

  beforeAll(async () => {
    held.container = await startContainer({
      extensions: Object.fromEntries(officialExtensions.map((name) => [name, extensionImage(name)])),
      configuration: JSON.stringify({
        ...JSON.parse(configurationFor(officialExtensions)),
        databases: [{ name: 'everything', extensions: declared.map((name) => ({ name })) }],
      }),
    });
    await held.container.ready();
  });
  afterAll(() => held.container?.remove());

  test('is applied at the first start, what is required before what requires it', async () => {
    const status = await container().waitFor(isApplied('everything'), 90_000);
    const { extensions } = databaseOf(status, 'everything');
    expect(extensions.filter(({ ensure }) => ensure === 'present').map(({ name }) => name)).toEqual(declared);
    for (const { name, installedVersion, defaultVersion, applied } of extensions) {
      expect({ name, installedVersion, applied }).toEqual({
        ...{ name, installedVersion: defaultVersion },
        applied: declared.includes(name) ? true : null,
      });
    }
    expect(status.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(status.phase).toBe('Running');
    const failures = (await container().get('/metrics')).body.match(/^pg_instance_manager_database_failures_total.*/gm);
    expect(failures).toBeNull();
  });

  test.each(provenExtensions)('and %s works', async (name) => {
    await prove(container(), 'everything', name);
  });

  test('has its installed and default versions in the metrics', async () => {
    const status = await container().status();
    const { body } = await container().get('/metrics');
    for (const { name, installedVersion, defaultVersion } of databaseOf(status, 'everything').extensions) {
      const labels = `database="everything",extension="${name}"`;
      const versions = `installed_version="${installedVersion}",default_version="${defaultVersion}"`;
      expect(body).toContain(`pg_instance_manager_database_extension_info{${labels},${versions}} 1`);
      expect(body).toContain(`pg_instance_manager_database_extension_update_available{${labels}} 0`);
    }
    for (const name of declared) {
      const labels = `database="everything",extension="${name}"`;
      expect(body).toContain(`pg_instance_manager_database_extension_applied{${labels}} 1`);
    }
    expect(body).toContain('pg_instance_manager_database_applied{database="everything"} 1');
  });

  test('is in the table of pg-instance-manager status', async () => {
    const { stdout } = await container().exec(['pg-instance-manager', 'status', '--output', 'table']);
    for (const name of declared) expect(stdout).toMatch(new RegExp(`^everything +${name} .* yes +-`, 'm'));
  });

  test('is left alone by the next passes', async () => {
    const xmin = 'SELECT max(xmin::text::bigint) FROM pg_extension';
    const before = await container().sql(xmin, 'everything');
    expect(await container().exec(['pg-instance-manager', 'reload'])).toMatchObject({ exitCode: 0 });
    await container().waitFor(isApplied('everything'));
    expect(await container().sql(xmin, 'everything')).toBe(before);
  });
});
