import { expect, test } from 'vitest';
import { namedVolume, startContainer } from '../support/container.ts';
import { imageOf } from '../support/image-of.ts';
import { extensionImage, images } from '../support/images.ts';
import { databaseOf, extensionOf, hasReason, isApplied } from './database-status.ts';

/** The image of pgvector with one version more; its library is the same. */
function newerPgvector(): Promise<string> {
  return imageOf(`FROM ${images.base} AS build
USER 0
COPY --from=${extensionImage('pgvector')} / /image/
WORKDIR /image/share/extension
RUN now=$(sed -n "s/^default_version = '\\(.*\\)'/\\1/p" vector.control) \\
 && sed -i "s/^default_version = .*/default_version = '99.0'/" vector.control \\
 && echo 'CREATE FUNCTION is_newer() RETURNS bool IMMUTABLE RETURN true;' >"vector--$now--99.0.sql"
FROM scratch
COPY --from=build /image/ /
`);
}

function configuration(declared: object): string {
  return JSON.stringify({
    extensions: [{ name: 'pgvector' }],
    databases: [{ name: 'app', extensions: [{ name: 'vector', ...declared }] }],
  });
}

test('a new image with a newer version: UpdateAvailable and nothing changed, until the version in the configuration is raised', async () => {
  await using volume = await namedVolume();
  const flags = ['--volume', `${volume.name}:/var/lib/postgresql`];
  const newer = newerPgvector();
  const before = await (async () => {
    await using container = await startContainer({
      ...{ flags, configuration: configuration({}), extensions: { pgvector: extensionImage('pgvector') } },
    });
    const status = await container.waitFor(isApplied('app'), 60_000);
    await container.sql(['CREATE TABLE items (place vector(2))', "INSERT INTO items VALUES ('[4,6]')"], 'app');
    await container.stop();
    return extensionOf(status, 'app', 'vector').installedVersion ?? '';
  })();
  expect(before).toMatch(/^\d+\.\d+\.\d+$/);

  await using container = await startContainer({
    ...{ flags, configuration: configuration({ version: before }), extensions: { pgvector: await newer } },
  });
  const told = await container.waitFor(hasReason('app', 'vector', 'UpdateAvailable'), 60_000);
  expect(databaseOf(told, 'app').applied).toBe(true);
  expect(extensionOf(told, 'app', 'vector')).toMatchObject({
    ...{ applied: true, installedVersion: before, desiredVersion: before, defaultVersion: '99.0' },
    message: `The extension vector of the database app has version ${before}, and 99.0 is available: write version: "99.0" or update: default to update it.`,
  });
  expect(told.findings).toMatchObject([{ severity: 'info', reason: 'UpdateAvailable', subject: 'extension/vector' }]);
  const labels = 'database="app",extension="vector"';
  const metrics = (await container.get('/metrics')).body;
  expect(metrics).toContain(`_extension_update_available{${labels}} 1`);
  expect(metrics).toContain(`_extension_info{${labels},installed_version="${before}",default_version="99.0"} 1`);
  expect(await container.sql("SELECT extversion FROM pg_extension WHERE extname = 'vector'", 'app')).toBe(before);

  container.writeConfiguration(configuration({ version: '99.0' }));
  const updated = await container.waitFor(
    (status) => extensionOf(status, 'app', 'vector').installedVersion === '99.0' && isApplied('app')(status),
  );
  expect(extensionOf(updated, 'app', 'vector')).toMatchObject({ applied: true, reason: null, desiredVersion: '99.0' });
  expect(updated.findings).toEqual([]);
  expect(await container.sql("SELECT is_newer(), place <-> '[1,2]' FROM items", 'app')).toBe('t|5');
});
