import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Container, startContainer } from '../support/container.ts';
import { extensionImage } from '../support/images.ts';
import { configurationFor, officialExtensions } from '../support/official-extensions.ts';
import { functionalChecks } from './functional-checks.ts';

describe('one server with all eight official extensions, from image volumes only', () => {
  const held: { container?: Container } = {};
  const container = (): Container => held.container ?? expect.unreachable('the container was not started');

  beforeAll(async () => {
    held.container = await startContainer({
      extensions: Object.fromEntries(officialExtensions.map((name) => [name, extensionImage(name)])),
      configuration: configurationFor(officialExtensions),
    });
    await held.container.ready();
  });
  afterAll(() => held.container?.remove());

  test('all is well, and nothing of them is in the image of the server', async () => {
    const { phase, findings, restartRequired, extensions } = await container().status();
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(phase).toBe('Running');
    expect(restartRequired.required).toBe(false);
    expect(extensions.map(({ name, volume }) => [name, volume.state])).toEqual(
      officialExtensions.map((name) => [name, 'mounted']),
    );
    const own = (await container().exec(['ls', '/usr/share/postgresql/18/extension', '/usr/lib/postgresql/18/lib']))
      .stdout;
    expect(own).toContain('pg_stat_statements');
    expect(own).not.toMatch(/vector|postgis|pgrouting|pgaudit|pg_ivm|timescaledb|wal2json|pg_crash/);
  });

  describe.each(officialExtensions)('%s', (name) => {
    test.each(functionalChecks[name].map(([sentence, prove]) => ({ sentence, prove })))('$sentence', ({ prove }) =>
      prove(container()),
    );
  });

  test('a restart on request keeps all of it', async () => {
    expect(await container().exec(['pg-instance-manager', 'restart'])).toMatchObject({ exitCode: 0 });
    await container().ready();
    expect(
      await container().sql("SELECT '[1,2]'::vector <-> '[4,6]', ST_Area('POLYGON((0 0,0 2,2 2,2 0,0 0))'::geometry)"),
    ).toBe('5|4');
    expect((await container().status()).postgres).toMatchObject({ starts: 2, crashes: 0, crashRestarts: 0 });
  });
});
