import { expect, test } from 'vitest';
import { startContainer } from '../support/container.ts';
import { imageOf } from '../support/image-of.ts';
import { extensionImage, images } from '../support/images.ts';
import { configurationFor } from '../support/official-extensions.ts';
import { extensionOf, hasReason } from './database-status.ts';

/** PostGIS with update scripts as its package has them, before the image's Dockerfile takes the prefix off. */
function postgisAsPackaged(): Promise<string> {
  return imageOf(`FROM ${images.base} AS build
USER 0
COPY --from=${extensionImage('postgis')} /share/extension/ /share/extension/
RUN mkdir /changed && cd /share/extension \\
 && for script in $(grep -l "^LOAD 'postgis" *.sql); do sed "s:^LOAD ':LOAD '\\$libdir/:" "$script" >"/changed/$script"; done
FROM ${extensionImage('postgis')}
COPY --from=build /changed/ /share/extension/
`);
}

function configuration(declared: object): string {
  return JSON.stringify({
    ...JSON.parse(configurationFor(['postgis'])),
    databases: [{ name: 'app', extensions: [{ name: 'postgis', ...declared }] }],
  });
}

test("an image of PostGIS whose update scripts LOAD '$libdir/postgis-3' is named before an update fails, and the update says so again", async () => {
  await using container = await startContainer({
    configuration: configuration({}),
    extensions: { postgis: await postgisAsPackaged() },
  });
  const { findings, databases } = await container.waitFor(
    (status) =>
      hasReason('app', 'postgis', null)(status) &&
      status.findings.some(({ reason }) => reason === 'UpdateScriptLoadsLibdir'),
    60_000,
  );
  expect(findings).toMatchObject([{ severity: 'warning', subject: 'extension/postgis' }]);
  expect(findings[0]?.message).toContain("'$libdir/postgis-3'");
  expect(findings[0]?.message).toContain('postgis--ANY--');
  expect(findings[0]?.message).toContain('mount an image that is built with the prefix $libdir/ taken off');
  const version = extensionOf({ databases }, 'app', 'postgis').installedVersion ?? '';
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);

  // as after an update of the image
  await container.sql("UPDATE pg_extension SET extversion = '3.0.0' WHERE extname = 'postgis'", 'app');
  container.writeConfiguration(configuration({ version }));
  const failed = await container.waitFor(hasReason('app', 'postgis', 'StatementFailed'));
  const { message, installedVersion, applied } = extensionOf(failed, 'app', 'postgis');
  expect({ installedVersion, applied }).toEqual({ installedVersion: '3.0.0', applied: false });
  expect(message).toContain('LOADs $libdir/postgis-3, which PostgreSQL looks for in its own folder only');
  expect(message).toContain("have the image postgis rebuilt with LOAD 'postgis-3' instead");
  expect(await container.sql("SELECT ST_Area('POLYGON((0 0,0 2,2 2,2 0,0 0))'::geometry)", 'app')).toBe('4');
});
