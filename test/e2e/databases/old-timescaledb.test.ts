import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Container, namedVolume, startContainer } from '../support/container.ts';
import { imageOf } from '../support/image-of.ts';
import { extensionImage, images } from '../support/images.ts';
import { extensionOf, hasReason, isApplied } from './database-status.ts';
import { prove } from './one-statement-each.ts';

/**
 * TimescaleDB under the name of an older version, and the image of today with an update from it. The library knows its
 * version, so the name of the older one is as long.
 */
async function olderAndNewer(): Promise<{ readonly older: string; readonly newer: string }> {
  const build = `FROM ${images.base} AS build
USER 0
COPY --from=${extensionImage('timescaledb-oss')} / /image/
WORKDIR /image
RUN cd share/extension \\
 && now=$(sed -n "s/^default_version = '\\(.*\\)'/\\1/p" timescaledb.control) && old="1\${now#?}"`;
  const rename = ` \\
 && rm timescaledb--*--*.sql && mv "timescaledb--$now.sql" "timescaledb--$old.sql" \\
 && cd ../../lib && mv "timescaledb-$now.so" "timescaledb-$old.so" \\
 && sed -i "s/$(echo "$now" | sed 's/[.]/[.]/g')/$old/g" * ../share/extension/*`;
  const repoint = ` \\
 && echo "UPDATE pg_catalog.pg_proc SET probin = '\\$libdir/timescaledb-$now' WHERE probin = '\\$libdir/timescaledb-$old';" \\
    >"timescaledb--$old--$now.sql"`;
  const image = '\nFROM scratch\nCOPY --from=build /image/ /\n';
  const [older, newer] = await Promise.all([imageOf(build + rename + image), imageOf(build + repoint + image)]);
  return { older, newer };
}

// `postgres` is where the manager itself looks after the server
const broken = ['ts', 'postgres'];

function configuration(declared: object): string {
  return JSON.stringify({
    extensions: [{ name: 'timescaledb-oss' }, { name: 'pgvector' }],
    shared_preload_libraries: ['timescaledb'],
    parameters: { 'timescaledb.telemetry_level': 'off', log_line_prefix: '%m [%p] %a ' },
    databases: [
      ...broken.map((name) => ({ name, extensions: [{ name: 'timescaledb', ...declared }] })),
      { name: 'other', extensions: [{ name: 'vector' }] },
    ],
  });
}

describe('a new image of timescaledb, whose library has its version in its name', () => {
  const held: { container?: Container; volume?: Awaited<ReturnType<typeof namedVolume>> } = {};
  const container = (): Container => held.container ?? expect.unreachable('the container was not started');
  const versions = { old: '', now: '' };
  const failure = (): string => `could not access file "timescaledb-${versions.old}"`;

  beforeAll(async () => {
    const { older, newer } = await olderAndNewer();
    held.volume = await namedVolume();
    const flags = ['--volume', `${held.volume.name}:/var/lib/postgresql`];
    const others = { flags, configuration: configuration({}) };
    const pgvector = extensionImage('pgvector');
    {
      await using before = await startContainer({ ...others, extensions: { 'timescaledb-oss': older, pgvector } });
      for (const name of [...broken, 'other']) await before.waitFor(isApplied(name), 60_000);
      for (const name of broken) await prove(before, name, 'timescaledb');
      versions.old = extensionOf(await before.status(), 'ts', 'timescaledb').installedVersion ?? '';
      await before.stop();
    }
    held.container = await startContainer({ ...others, extensions: { 'timescaledb-oss': newer, pgvector } });
  });
  afterAll(async () => {
    await held.container?.remove();
    await held.volume?.[Symbol.asyncDispose]();
  });

  test('breaks every statement of its databases, and the manager still reads what is installed there', async () => {
    for (const name of broken) {
      const status = await container().waitFor(hasReason(name, 'timescaledb', 'LibraryMissing'), 60_000);
      const row = extensionOf(status, name, 'timescaledb');
      versions.now = row.defaultVersion ?? '';
      expect(row).toMatchObject({ applied: false, installedVersion: versions.old });
      expect(row.message).toBe(
        `The extension timescaledb of the database ${name} has version ${versions.old} and needs the library timescaledb-${versions.old}, which the server does not find: write version: "${versions.now}" or update: default to update it, or mount the image of version ${versions.old} again.`,
      );
      const { severity, reason, subject } = {
        severity: 'error',
        reason: 'LibraryMissing',
        subject: `database/${name}`,
      };
      expect(status.findings.filter((finding) => finding.subject === subject)).toEqual([
        { severity, reason, subject, message: row.message },
      ]);
      await expect(container().sql('SELECT 1', name)).rejects.toThrow(failure());
    }
  });

  test('leaves the other databases and the readiness alone, also when `postgres` is one of its databases', async () => {
    expect((await container().get('/readyz')).statusCode).toBe(200);
    const since = Date.parse((await container().status()).observedAt ?? '');
    const status = await container().waitFor(({ observedAt }) => Date.parse(observedAt ?? '') > since + 1_000);
    expect(status).toMatchObject({ phase: 'Running', postgres: { ready: true, answer: 'accepting', crashes: 0 } });
    expect(extensionOf(status, 'other', 'vector')).toMatchObject({ applied: true, reason: null });
    await prove(container(), 'other', 'vector');
  });

  test('is caught up with by update: default, for ALTER EXTENSION is the first statement of a session', async () => {
    container().writeConfiguration(configuration({ update: 'default' }));
    for (const name of broken) {
      const status = await container().waitFor(isApplied(name));
      expect(extensionOf(status, name, 'timescaledb')).toMatchObject({
        ...{ applied: true, installedVersion: versions.now, desiredVersion: versions.now, reason: null },
      });
      expect(
        await container().sql("INSERT INTO measured VALUES ('2026-02-01'); SELECT count(*) FROM measured", name),
      ).toBe('2');
    }
    const { findings } = await container().status();
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    const errors = (await container().log()).flatMap(({ msg }) => (/ (ERROR|FATAL): /.test(msg) ? [msg] : []));
    expect(errors.filter((line) => line.includes(failure()))).not.toEqual([]);
    expect(errors.filter((line) => line.includes('pg-instance-manager'))).toEqual([]);
  });
});
