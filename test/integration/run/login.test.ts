import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { type InstanceFolder, type InstanceFolderOptions, instanceFolder } from './instance-folder.ts';

const onlyOthers = 'local all postgres reject\nlocal all all trust\n';
const withPasswords = 'local all all scram-sha-256\n';
const secret = 'hush hush, nobody must see this';

function cannotLogIn({ findings }: InstanceStatus): boolean {
  return findings.some(({ reason }) => reason === 'ManagerCannotLogIn');
}

/** A cluster with another superuser, and the wanted pg_hba.conf. */
async function guarded(hba: string, options: InstanceFolderOptions = {}): Promise<InstanceFolder> {
  const place = await instanceFolder(options);
  const manager = await place.startReady();
  await manager.sql(`CREATE ROLE other SUPERUSER LOGIN; ALTER ROLE postgres PASSWORD '${secret}'`);
  await manager.stop();
  place.writeData('pg_hba.conf', hba);
  return place;
}

/** A file that the user of PostgreSQL may read. */
function passwordFile(place: InstanceFolder, text: string): string {
  place.writeData('password', text);
  return join(place.dataDirectory, 'password');
}

describe('a login that pg_hba.conf refuses', () => {
  test('is a finding and no outage: PostgreSQL is ready, and what was configured still takes effect', async () => {
    await using place = await guarded(onlyOthers, { images: ['hstore'] });
    const manager = await place.startReady();
    const { findings, configuration, postgres } = await manager.waitFor(cannotLogIn);
    expect(findings).toEqual([
      {
        severity: 'warning',
        reason: 'ManagerCannotLogIn',
        subject: 'postgres',
        message: expect.stringContaining('28000'),
      },
    ]);
    expect(postgres).toMatchObject({ ready: true, answer: 'refused-login' });
    expect(configuration.state).toBe('unknown');
    expect((await manager.get('/readyz')).statusCode).toBe(200);
    expect((await manager.get('/metrics')).body).toContain('pg_instance_manager_postgres_up 1');

    place.writeConfiguration('extensions: [{ name: hstore }]\n');
    const asOther = { user: 'other', database: 'postgres' };
    await expect
      .poll(() => manager.sql('SHOW extension_control_path', asOther), { timeout: 5_000 })
      .toEqual([{ extension_control_path: `$system:${place.extensionsDirectory}/hstore/share` }]);
    await manager.sql('CREATE EXTENSION hstore', asOther);
    expect(await place.command('restart')).toMatchObject({ exitCode: 0 });
  });

  test('does not fill the log of PostgreSQL, and is gone when it is let in', async () => {
    await using place = await guarded(onlyOthers);
    const manager = await place.startReady();
    await manager.waitFor(cannotLogIn);
    const startMs = performance.now();
    place.writeData('pg_hba.conf', 'local all all trust\n');
    await manager.sql('SELECT pg_reload_conf()', { user: 'other' });
    const { configuration } = await manager.waitFor((status) => !cannotLogIn(status), 20_000);
    expect(configuration.state).not.toBe('unknown');
    await manager.waitFor((status) => status.configuration.state === 'applied');
    const refusals = manager.log().filter(({ msg }) => msg.includes('pg_hba.conf rejects connection'));
    expect(refusals.length).toBeLessThanOrEqual(2 + (performance.now() - startMs) / 5_000);
  });

  test.each([
    ['a role that does not exist', ['--superuser', 'nobody_of_this_name'], 'local all all trust\n'],
    ['no password although one is asked for', [], withPasswords],
  ])('because of %s is the same finding', async (_why, flags, hba) => {
    await using place = await guarded(hba);
    const manager = await place.startReady({ flags });
    const { postgres } = await manager.waitFor(cannotLogIn);
    expect(postgres.ready).toBe(true);
  });

  test.each([
    ['a wrong password', (place: InstanceFolder) => passwordFile(place, 'wrong')],
    ['a password file that is not there', () => '/nowhere/password'],
  ])('because of %s is the same finding', async (_why, file) => {
    await using place = await guarded(withPasswords);
    const manager = await place.startReady({ flags: ['--password-file', file(place)] });
    const { postgres } = await manager.waitFor(cannotLogIn);
    expect(postgres.ready).toBe(true);
  });
});

describe('--superuser and --password-file', () => {
  test('are the login of the manager', async () => {
    await using place = await guarded(withPasswords);
    const file = passwordFile(place, `${secret}\n`);
    const manager = await place.startReady({ flags: ['--password-file', file] });
    const { findings, configuration } = await manager.status();
    expect(findings).toEqual([]);
    expect(configuration.state).toBe('applied');
  });

  test('may name another role', async () => {
    await using place = await guarded(onlyOthers);
    const manager = await place.startReady({ flags: ['--superuser', 'other'] });
    expect((await manager.status()).findings).toEqual([]);
    const sessions = `SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name LIKE 'pg-instance-manager%'`;
    expect(await manager.sql(sessions, { user: 'other', database: 'postgres' })).toEqual([{ usename: 'other' }]);
  });

  test('are read anew, so that a password can be changed under a running manager', async () => {
    await using place = await guarded(withPasswords);
    const file = passwordFile(place, secret);
    const manager = await place.startReady({ flags: ['--password-file', file] });
    const client = await manager.client({ password: secret });
    writeFileSync(file, 'another');
    await client.query(`ALTER ROLE postgres PASSWORD 'another'`);
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pg-instance-manager%'`,
    );
    await expect
      .poll(
        async () =>
          (await client.query(`SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'pg-instance-manager%'`))
            .rowCount,
        { timeout: 5_000 },
      )
      .toBe(1);
    expect(cannotLogIn(await manager.status())).toBe(false);
  });
});

describe('what is secret', () => {
  async function everythingSaid(manager: RunningManager, place: InstanceFolder): Promise<string> {
    const { pid } = (await manager.status()).postgres;
    return [
      (await manager.get('/status')).body,
      (await manager.get('/metrics')).body,
      (await place.command('status', '--output', 'table')).stdout,
      readFileSync(`/proc/${pid}/environ`, 'utf8'),
      readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
      place.readData('pg-instance-manager.conf'),
      manager.output(),
    ].join('\n');
  }

  test('is in no line of the log, in no status and in no environment: passwords', async () => {
    await using place = await guarded(withPasswords);
    const file = passwordFile(place, secret);
    const manager = await place.startReady({
      flags: ['--password-file', file, '--log-level', 'debug'],
      environment: { PGPASSWORD: 'pg-hush', POSTGRES_PASSWORD: 'postgres-hush', PGPASSFILE: '/hush/pgpass' },
    });
    const client = await manager.client({ password: secret });
    await client.query(`ALTER ROLE postgres PASSWORD 'changed'`);
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pg-instance-manager%'`,
    );
    await manager.waitFor(cannotLogIn, 15_000); // so that there was something to say about it
    const said = await everythingSaid(manager, place);
    expect(said).not.toContain('hush');
  });

  test('is not quoted from a broken configuration', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    for (const text of [
      'parameters: { primary_conninfo: "host=a password=hush }\n',
      'parameters: { primary_conninfo: [hush] }\n',
      'extensions: [{ name: a, env: [{ name: API_TOKEN, value: "hush ${nonsense}" }] }]\n',
      'password: hush\n',
    ]) {
      place.writeConfiguration(text);
      await manager.waitFor((status) => status.configuration.state === 'invalid');
      await manager.control('POST', '/reload');
      expect(await everythingSaid(manager, place)).not.toContain('hush');
      place.writeConfiguration('');
      await manager.waitFor((status) => status.configuration.state === 'applied');
    }
  });
});
