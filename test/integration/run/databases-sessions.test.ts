import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { applied, databaseIn, installedIn } from './declared.ts';
import { allApplied, declare, fill, ours, several, withKit } from './several.ts';

describe('a server that is full', () => {
  test('lets the manager in through superuser_reserved_connections, and what is declared is applied', async () => {
    await using place = await withKit(0, { max_connections: '8', superuser_reserved_connections: '3' });
    const manager = await place.startReady();
    await manager.sql('CREATE ROLE visitor LOGIN');
    expect(await fill(manager, { user: 'visitor' })).toHaveLength(4);
    const names = several(5, 'full');
    place.writeConfiguration(declare(names, '{ name: chain }'));
    await allApplied(manager, names, 30_000);
    await expect(manager.sql('SELECT 1', { user: 'visitor' })).rejects.toThrow(/reserved/);
    expect(await manager.status()).toMatchObject({ postgres: { ready: true, starts: 1 }, findings: [] });
  });

  test('with no place for anybody is waited for, and what is declared is applied when there is one', async () => {
    await using place = await withKit(0, { max_connections: '5', superuser_reserved_connections: '1' });
    const manager = await place.startReady();
    // The last place has the session of the manager that watches.
    const others = await fill(manager);
    expect(others).toHaveLength(4);
    place.writeConfiguration(declare(['late'], '{ name: chain }'));
    const full = await manager.waitFor((status) => databaseIn(status, 'late')?.reason === 'CannotConnect');
    expect(databaseIn(full, 'late')?.message).toMatch(/no connection is free, .* raise max_connections/);
    await Promise.all(others.map((client) => client.end()));
    await applied(manager, 'late', 20_000);
    expect(await installedIn(manager, 'late')).toEqual(['chain 1.2 public']);
    await manager.waitFor(({ findings }) => findings.length === 0);
  });
});

describe('the manager', () => {
  test('never has more than three sessions while thirty databases are made, and then only the one that watches', async () => {
    await using place = await withKit(0.2);
    const manager = await place.startReady();
    const client = await manager.client();
    const names = several(30, 'many');
    place.writeConfiguration(declare(names, '{ name: chain }, { name: slow }'));
    const done = allApplied(manager, names, 40_000).then(() => true);
    const counts: { readonly sessions: number; readonly probes: number }[] = [];
    for (let isDone = false; !isDone; isDone = await Promise.race([done, delay(5, false)])) {
      const { rows } = await client.query(`SELECT count(*)::int AS sessions,
          (count(*) FILTER (WHERE application_name LIKE '%probe'))::int AS probes FROM pg_stat_activity WHERE ${ours}`);
      counts.push(rows[0]);
    }
    expect(counts.length).toBeGreaterThan(50);
    const most = Math.max(...counts.map(({ sessions, probes }) => sessions - probes));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
    // Of a few milliseconds, every ten seconds: it proves that new sessions are let in.
    expect(Math.max(...counts.map(({ probes }) => probes))).toBeLessThanOrEqual(1);
    await expect
      .poll(
        async () => (await client.query(`SELECT application_name AS name FROM pg_stat_activity WHERE ${ours}`)).rows,
      )
      .toEqual([{ name: 'pg-instance-manager monitor' }]);
    expect(
      (await client.query(`SELECT 1 FROM pg_stat_activity WHERE ${ours} AND datname <> 'postgres'`)).rowCount,
    ).toBe(0);
  });

  test('logs in with the password of its file, which is read anew for each session', async () => {
    await using place = await withKit(0);
    const first = await place.startReady();
    await first.sql(`ALTER ROLE postgres PASSWORD 'first secret'`);
    await first.stop();
    place.writeData('pg_hba.conf', 'local all all scram-sha-256\n');
    place.writeData('password', 'first secret\n');
    const file = join(place.dataDirectory, 'password');
    const manager = await place.startReady({ flags: ['--password-file', file] });
    place.writeConfiguration(declare(['secret'], '{ name: chain }'));
    await applied(manager, 'secret');
    await manager.sql(`ALTER ROLE postgres PASSWORD 'second secret'`, { password: 'first secret' });
    place.writeData('password', 'second secret\n');
    place.writeConfiguration(declare(['secret', 'more'], '{ name: chain }'));
    await applied(manager, 'more');
    expect(
      await manager.sql(`SELECT extname FROM pg_extension WHERE extname = 'chain'`, {
        database: 'more',
        password: 'second secret',
      }),
    ).toHaveLength(1);
    expect(manager.output()).not.toContain('second secret');
  });
});
