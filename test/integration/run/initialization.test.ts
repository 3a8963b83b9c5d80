import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { askHttp } from '../../support/running-manager.ts';
import { sendSignal } from '../../support/send-signal.ts';
import { findFreePort } from '../demo/demo-server.ts';
import { type InstanceFolder, instanceFolder, standInForPostgres } from './instance-folder.ts';
import { postmasterPid } from './processes.ts';

const quickly = ['--initdb-args', '--no-sync'];

/** A folder of programs with another `initdb`; the rest is real. */
function withInitdb(place: InstanceFolder, script: string): string {
  const binDirectory = join(place.folder, 'bin');
  mkdirSync(binDirectory);
  const real = (name: string): string => join(place.binDirectory, name);
  writeFileSync(join(binDirectory, 'postgres'), `#!/bin/sh\nexec ${real('postgres')} "$@"\n`);
  writeFileSync(join(binDirectory, 'initdb'), `#!/bin/sh\n${script.replace('REAL', real('initdb'))}\n`);
  for (const name of ['postgres', 'initdb']) chmodSync(join(binDirectory, name), 0o755);
  return binDirectory;
}

describe('an empty data folder', () => {
  test('is made a cluster, with the superuser and the arguments that were asked for', async () => {
    await using place = await instanceFolder({ data: 'empty', configuration: 'parameters: { work_mem: 5MB }\n' });
    const manager = place.start({
      flags: [
        '--superuser',
        'boss',
        '--initdb-args',
        '--no-sync --locale=C --wal-segsize "2"',
        '-c',
        'listen_addresses=',
      ],
      environment: { POSTGRES_HOST_AUTH_METHOD: '', POSTGRES_PASSWORD: 'hush' },
    });
    await manager.ready();
    const asBoss = { user: 'boss', database: 'postgres' };
    expect(await manager.sql('SHOW wal_segment_size', asBoss)).toEqual([{ wal_segment_size: '2MB' }]);
    expect(await manager.sql('SHOW data_checksums', asBoss)).toEqual([{ data_checksums: 'on' }]);
    expect(await manager.sql('SELECT DISTINCT type, auth_method FROM pg_hba_file_rules ORDER BY 1', asBoss)).toEqual([
      { type: 'host', auth_method: 'scram-sha-256' },
      { type: 'local', auth_method: 'trust' },
    ]);
    expect(await manager.sql('SHOW work_mem', asBoss)).toEqual([{ work_mem: '5MB' }]);
    expect(await manager.sql('SHOW server_encoding', asBoss)).toEqual([{ server_encoding: 'UTF8' }]);
    expect((await manager.status()).findings).toEqual([]);
    expect(await manager.stop()).toEqual({ code: 0, signal: null });
    const again = place.start({ flags: ['--superuser', 'boss', '-c', 'listen_addresses='] });
    await again.ready();
    expect(again.log().filter((line) => line['logger'] === 'initdb')).toEqual([]);
  });

  test.each([0, 30, 100, 200, 300])('is usable by the next start when a signal comes %i ms into initdb', async (ms) => {
    await using place = await instanceFolder({ data: 'empty' });
    const manager = place.start({ flags: [...quickly, '-c', 'listen_addresses='] });
    await manager.waitForLog((line) => line['logger'] === 'initdb');
    await delay(ms);
    expect(await manager.stop()).toEqual({ code: 0, signal: null });
    expect(postmasterPid(place.dataDirectory)).toBeUndefined();
    const next = await place.startReady({ flags: [...quickly, '-c', 'listen_addresses='] });
    expect(await next.sql('SELECT count(*) > 50 AS complete FROM information_schema.sql_features')).toEqual([
      { complete: true },
    ]);
  });

  test('that initdb had half filled when everything was killed is never taken for a cluster', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const manager = place.start({ flags: [...quickly, '-c', 'listen_addresses='] });
    await expect
      .poll(() => exists(join(place.dataDirectory, 'PG_VERSION')), { timeout: 5_000, interval: 1 })
      .toBe(true);
    await manager.stop('SIGKILL');
    // initdb itself dies with its container
    for (const pid of processesOn(place.dataDirectory)) sendSignal(pid, 'SIGKILL');
    await expect.poll(() => processesOn(place.dataDirectory), { timeout: 5_000 }).toEqual([]);
    const next = place.start({ flags: [...quickly, '-c', 'listen_addresses='] });
    const became = await Promise.race([next.exited, next.ready().catch(() => next.exited)]);
    if ('phase' in became) {
      const complete = 'SELECT count(*) > 50 AS complete FROM information_schema.sql_features';
      expect(await next.sql(complete)).toEqual([{ complete: true }]);
    } else {
      expect(became).toEqual({ code: 78, signal: null });
      expect(next.output()).toContain('initdb');
    }
  });

  test('is initialized while the manager is alive, not started and not ready', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const port = await findFreePort();
    const binDirectory = withInitdb(
      place,
      `echo waiting; while [ ! -e ${place.folder}/go ]; do sleep 0.05; done; exec REAL "$@"`,
    );
    const manager = place.start({
      binDirectory,
      flags: [...quickly, '-c', 'listen_addresses=', '--status-address', `127.0.0.1:${port}`],
    });
    await manager.waitForLog(({ msg }) => msg === 'waiting');
    const ask = (path: string) =>
      Promise.race([
        askHttp('GET', `http://127.0.0.1:${port}${path}`),
        delay(2_000, undefined, { ref: false }).then(() => ({ statusCode: 0, body: '' })),
      ]);
    const [healthz, startupz, readyz, status] = await Promise.all(
      ['/healthz', '/startupz', '/readyz', '/status'].map(ask),
    );
    writeFileSync(join(place.folder, 'go'), '');
    expect([healthz?.statusCode, startupz?.statusCode, readyz?.statusCode]).toEqual([200, 503, 503]);
    expect(JSON.parse(status?.body ?? '{}')).toMatchObject({ phase: 'Initializing' });
    await manager.ready();
  });

  test('in which initdb fails ends the manager with its code and its words', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const manager = place.start({ flags: ['--initdb-args', '--no-such-option'] });
    expect(await manager.exited).toEqual({ code: 1, signal: null });
    expect(manager.output()).toMatch(/initdb failed with exit code 1: .+/);
    expect(readdirSync(place.dataDirectory)).toEqual([]);
  });

  test('is not made a cluster of an older PostgreSQL when extensions are configured', async () => {
    await using place = await instanceFolder({ data: 'empty', configuration: 'extensions: [{ name: hstore }]\n' });
    const version = '[ "$1" = --version ] && { echo "initdb (PostgreSQL) 17.9"; exit 0; }';
    const binDirectory = withInitdb(place, `${version}; REAL "$@" && echo 17 > "$2/PG_VERSION"`);
    const manager = place.start({ binDirectory, flags: [...quickly, '-c', 'listen_addresses='] });
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(manager.output()).toContain('PostgreSQL 17');
    expect(readdirSync(place.dataDirectory)).toEqual([]);
  });

  test.each(['', 'extensions: [{ name: hstore }]\n'])(
    'for which there is no initdb ends the manager with 71 and one sentence (configuration: %j)',
    async (configuration) => {
      await using place = await instanceFolder({ data: 'empty', configuration });
      const manager = place.start({ binDirectory: standInForPostgres(place, 'exit 1') });
      expect(await manager.exited).toEqual({ code: 71, signal: null });
      const sentences = manager
        .output()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('{'));
      expect(sentences).toEqual([expect.stringContaining('/stand-in/initdb')]);
    },
  );

  test('has the password of --password-file for its superuser, also where the local socket asks for it', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    mkdirSync(join(place.folder, 'secrets'));
    writeFileSync(join(place.folder, 'secrets/password'), 'hush\n');
    const manager = place.start({
      flags: [
        ...['--password-file', join(place.folder, 'secrets/password'), '-c', 'listen_addresses='],
        ...['--initdb-args', '--no-sync --auth-local=scram-sha-256'],
      ],
    });
    expect((await manager.ready()).findings).toEqual([]);
    expect(await manager.sql('SELECT 1 AS one', { password: 'hush' })).toEqual([{ one: 1 }]);
    await expect(manager.sql('SELECT 1', { password: 'wrong' })).rejects.toThrow('password authentication failed');
    expect(manager.output()).not.toContain('hush');
  });

  test('may be there already', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    mkdirSync(place.dataDirectory, { mode: 0o755 });
    const manager = await place.startReady({ flags: [...quickly, '-c', 'listen_addresses='] });
    expect((await manager.status()).postgres.starts).toBe(1);
  });
});

function exists(path: string): boolean {
  return readdirSync(join(path, '..')).includes(path.slice(path.lastIndexOf('/') + 1));
}

/** Every process whose command line names the folder, except managers. */
function processesOn(folder: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes(folder) && !command.includes('pg-instance-manager');
      } catch {
        return false;
      }
    })
    .map(Number);
}
