import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { namedVolume, startContainer } from '../support/container.ts';
import { engine } from '../support/engine-command.ts';
import { imageOf } from '../support/image-of.ts';
import { images } from '../support/images.ts';

/** An image with one library, which writes WAL records of its own. The headers alone take a fraction of the package. */
function ownWal(): Promise<string> {
  const source = readFileSync(new URL('own-wal.c', import.meta.url));
  const dockerfile = `FROM ${images.base} AS build
USER 0
WORKDIR /tmp/headers
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev \\
 && apt-get download postgresql-server-dev-18 libpq-dev \\
 && for package in *.deb; do dpkg -x "$package" .; done
COPY own-wal.c .
RUN mkdir /lib.image && gcc -shared -fPIC -O2 -o /lib.image/own_wal.so \\
      -Iusr/include/postgresql/18/server -Iusr/include/postgresql own-wal.c
FROM scratch
COPY --from=build /lib.image/ /lib/
`;
  return imageOf(dockerfile, { 'own-wal.c': source });
}

function configuration(preload: readonly string[]): string {
  return JSON.stringify({ extensions: [{ name: 'own-wal' }], shared_preload_libraries: preload });
}

test('a server in recovery without the preload library of its WAL says so, and recovers as soon as it is named', async () => {
  await using volume = await namedVolume();
  const flags = ['--volume', `${volume.name}:/var/lib/postgresql`];
  const extensions = { 'own-wal': await ownWal() };
  {
    await using first = await startContainer({ flags, extensions, configuration: configuration(['own_wal']) });
    await first.ready();
    await first.sql([
      "CREATE FUNCTION write_own_record() RETURNS void LANGUAGE c AS 'own_wal'",
      'CHECKPOINT',
      'SELECT write_own_record()',
    ]);
    await engine(['kill', '--signal', 'KILL', first.id]);
  }
  await using container = await startContainer({ flags, extensions, configuration: configuration([]) });
  const { findings, postgres } = await container.waitFor(
    (status) => status.findings.some(({ reason }) => reason === 'WalNeedsLibrary'),
    60_000,
  );
  expect(postgres.ready).toBe(false);
  expect(findings.find(({ reason }) => reason === 'WalNeedsLibrary')).toMatchObject({
    ...{ severity: 'error', subject: 'postgres' },
    message: expect.stringContaining('the WAL has records of the resource manager 128 '),
  });
  expect((await container.get('/readyz')).statusCode).toBe(503);

  container.writeConfiguration(configuration(['own_wal']));
  await container.waitFor(({ postgres: { ready }, findings: left }) => ready && left.length === 0);
  await container.sql('SELECT write_own_record()');
});
