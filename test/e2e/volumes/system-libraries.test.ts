import { expect, test } from 'vitest';
import { startContainer } from '../support/container.ts';
import { extensionImage } from '../support/images.ts';
import { configurationFor } from '../support/official-extensions.ts';

test('PostGIS without `system` in ld_library_path: it fails, the configuration is mended, a restart helps', async () => {
  await using container = await startContainer({
    extensions: { postgis: extensionImage('postgis') },
    configuration: '{ extensions: [{ name: postgis }] }',
  });
  await container.ready();
  const { restartRequired: none, findings } = await container.waitFor((status) =>
    status.findings.some(({ reason }) => reason === 'SystemLibraryMissing'),
  );
  expect(none).toEqual({ required: false, reasons: [] });
  expect(findings).toMatchObject([
    {
      severity: 'error',
      subject: 'extension/postgis',
      message: expect.stringContaining('Add ld_library_path: [system].'),
    },
  ]);
  const error = /could not load library "\/extensions\/postgis\/lib\/postgis-3\.so": libgeos_c\.so\.1: cannot open/;
  expect(await container.sqlError('CREATE EXTENSION postgis')).toMatch(error);

  container.writeConfiguration(configurationFor(['postgis']));
  const { restartRequired } = await container.waitFor((status) => status.restartRequired.required);
  expect(restartRequired.reasons).toContainEqual({
    name: 'LD_LIBRARY_PATH',
    running: null,
    desired: '/extensions/postgis/system',
    extensions: ['postgis'],
  });
  expect(await container.sqlError('CREATE EXTENSION postgis')).toMatch(error);

  expect(await container.exec(['pg-instance-manager', 'restart'])).toMatchObject({ exitCode: 0 });
  expect(await container.ready()).toMatchObject({ restartRequired: { required: false }, findings: [] });
  await container.sql('CREATE EXTENSION postgis');
  expect(await container.sql("SELECT ST_Area('POLYGON((0 0,0 10,10 10,10 0,0 0))'::geometry)")).toBe('100');
});
