import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findFreePort } from '../demo/demo-server.ts';
import { instanceFolder } from './instance-folder.ts';
import { childrenOf } from './processes.ts';

const noTrust = { POSTGRES_HOST_AUTH_METHOD: '' };
const quickly = { POSTGRES_INITDB_ARGS: '--no-sync' };
const alone = ['-c', 'listen_addresses='];
const isRoot = process.getuid?.() === 0;

/** A file that the user of PostgreSQL may read, and that holds a secret as an editor leaves it. */
function secretFile(folder: string, name: string, text: string): string {
  mkdirSync(join(folder, 'secrets'), { recursive: true });
  writeFileSync(join(folder, 'secrets', name), text);
  return join(folder, 'secrets', name);
}

describe('an empty data folder without a password and without trust', () => {
  test('is refused with 78 and a sentence that says what to set, and stays empty', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const manager = place.start({ environment: noTrust });
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    for (const word of ['POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE', 'POSTGRES_HOST_AUTH_METHOD=trust']) {
      expect(manager.output()).toContain(word);
    }
    expect(readdirSync(place.dataDirectory)).toEqual([]);
  });

  test('needs neither once there is a cluster, nor the files that it came from', async () => {
    await using place = await instanceFolder();
    const environment = {
      ...noTrust,
      POSTGRES_PASSWORD_FILE: '/no/such/file',
      POSTGRES_INITDB_WALDIR: '/proc/no/such',
    };
    const manager = await place.startReady({ environment });
    expect((await manager.status()).findings).toEqual([]);
  });
});

describe('a new cluster', () => {
  test('has user, database, password and arguments of the variables, also with blanks and quotes', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const port = await findFreePort();
    const password = ` it's "hush" $(id) \\`;
    const manager = await place.startReady({
      flags: ['-c', `port=${port}`],
      environment: {
        ...noTrust,
        POSTGRES_USER: 'my user',
        POSTGRES_DB: `o'my "db" $1`,
        POSTGRES_PASSWORD: password,
        POSTGRES_INITDB_ARGS: `--no-sync --set "log_line_prefix=two words "`,
      },
    });
    const user = { user: 'my user', database: `o'my "db" $1`, port };
    expect(await manager.sql('SELECT rolname::text AS role FROM pg_roles WHERE rolcanlogin', user)).toEqual([
      { role: 'my user' },
    ]);
    expect(await manager.sql('SHOW log_line_prefix', user)).toEqual([{ log_line_prefix: 'two words ' }]);
    expect(await manager.sql('SHOW listen_addresses', user)).toEqual([{ listen_addresses: '*' }]);
    expect(await manager.sql('SELECT 1 AS one', { ...user, host: '127.0.0.1', password })).toEqual([{ one: 1 }]);
    await expect(manager.sql('SELECT 1', { ...user, host: '127.0.0.1', password: 'no' })).rejects.toThrow('password');
    expect(
      await manager.sql('SELECT DISTINCT auth_method, address FROM pg_hba_file_rules WHERE $$all$$ = address', user),
    ).toEqual([{ auth_method: 'scram-sha-256', address: 'all' }]);
    expect(manager.output()).not.toContain('hush');
    expect((await manager.status()).findings).toEqual([]);
  });

  test('has them from files, without the end of the line', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const files = {
      POSTGRES_USER_FILE: secretFile(place.folder, 'user', 'app\n'),
      POSTGRES_DB_FILE: secretFile(place.folder, 'db', 'shop\r\n'),
      POSTGRES_PASSWORD_FILE: secretFile(place.folder, 'password', 'hush\n'),
      POSTGRES_INITDB_ARGS_FILE: secretFile(place.folder, 'args', '--no-sync --auth-local=scram-sha-256\n'),
    };
    const manager = place.start({ flags: alone, environment: { ...noTrust, ...files } });
    expect((await manager.ready()).findings).toEqual([]);
    const login = { user: 'app', database: 'shop', password: 'hush' };
    expect(await manager.sql('SELECT current_user::text AS me', login)).toEqual([{ me: 'app' }]);
    await expect(manager.sql('SELECT 1', { ...login, password: 'wrong' })).rejects.toThrow('password');
  });

  test('has the password of a file that only root may read', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const file = secretFile(place.folder, 'password', 'hush');
    chmodSync(file, 0o600);
    const manager = place.start({
      flags: alone,
      environment: { ...noTrust, ...quickly, POSTGRES_PASSWORD_FILE: file },
    });
    await manager.ready();
  });

  test.each([
    [
      'both a value and a file',
      { POSTGRES_USER: 'a', POSTGRES_USER_FILE: '/b' },
      'POSTGRES_USER and POSTGRES_USER_FILE',
    ],
    ['a file that is not there', { POSTGRES_PASSWORD_FILE: '/no/such' }, 'POSTGRES_PASSWORD_FILE cannot be read'],
    ['a password of two lines', { POSTGRES_PASSWORD: 'a\nb' }, 'more than one line'],
    ['a method that does not exist', { POSTGRES_HOST_AUTH_METHOD: 'scram' }, 'POSTGRES_HOST_AUTH_METHOD'],
  ])('is refused with 78 for %s, before anything is made', async (_what, environment, words) => {
    await using place = await instanceFolder({ data: 'empty' });
    const manager = place.start({ environment });
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(manager.output()).toContain(words);
  });

  test.each([
    ['elsewhere', '--no-sync --pgdata FOLDER/elsewhere'],
    ['with its WAL elsewhere', '--no-sync --waldir FOLDER/elsewhere'],
    ['not at all', '--show'],
  ])('that initdb is told to make %s is none, and nothing is left of it', async (_where, words) => {
    await using place = await instanceFolder({ data: 'empty' });
    chmodSync(place.folder, 0o777);
    const environment = {
      POSTGRES_INITDB_ARGS: words.replace('FOLDER', place.folder),
      POSTGRES_INITDB_WALDIR: join(place.folder, 'wal'),
    };
    const manager = place.start({ environment });
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(manager.output()).toContain('it made no cluster in the place that is meant for it');
    expect(readdirSync(place.dataDirectory)).toEqual([]);
    expect(readdirSync(join(place.folder, 'wal'))).toEqual([]);
  });

  test('with trust for hosts is made with a warning, and lets in whoever comes', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const port = await findFreePort();
    const manager = await place.startReady({
      flags: ['-c', `port=${port}`],
      environment: { ...quickly, POSTGRES_HOST_AUTH_METHOD: 'trust' },
    });
    expect(manager.log().filter(({ level, msg }) => level === 'warn' && msg.includes('trust'))).toHaveLength(1);
    expect(await manager.sql('SELECT 1 AS one', { host: '127.0.0.1', port })).toEqual([{ one: 1 }]);
  });

  test('never shows its password to others: neither in a command line nor in a file', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const manager = place.start({
      flags: alone,
      environment: { ...noTrust, ...quickly, POSTGRES_PASSWORD: 'very-secret' },
    });
    const seen: string[] = [];
    while (readdirSync(place.folder).includes('run') === false || !manager.output().includes('"initdb"')) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const untilMs = performance.now() + 300;
    while (performance.now() < untilMs) {
      seen.push(...allBelow(manager.pid).map(commandLine));
      for (const name of readdirSync(place.runDirectory, { recursive: true, encoding: 'utf8' }))
        seen.push(contents(join(place.runDirectory, name)));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await manager.ready();
    const { pid } = (await manager.status()).postgres;
    seen.push(readFileSync(`/proc/${pid}/environ`, 'utf8'), manager.output());
    expect(seen.some((text) => text.includes('initdb'))).toBe(true);
    expect(seen.filter((text) => text.includes('very-secret'))).toEqual([]);
  });
});

describe('POSTGRES_INITDB_WALDIR', () => {
  test('has the WAL of a new cluster, which stays usable', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const walDirectory = join(place.folder, 'wal/here');
    const environment = { ...quickly, POSTGRES_INITDB_WALDIR: walDirectory, POSTGRES_DB: 'shop' };
    const manager = await place.startReady({ flags: alone, environment });
    expect(readlinkSync(join(place.dataDirectory, 'pg_wal'))).toBe(join(walDirectory, 'pg_wal'));
    expect(readdirSync(walDirectory)).toEqual(['pg_wal']);
    expect(readdirSync(join(walDirectory, 'pg_wal'))).toContain('000000010000000000000001');
    await manager.sql('CREATE TABLE t AS SELECT 1', { database: 'shop' });
    expect(await manager.stop()).toEqual({ code: 0, signal: null });
    const again = await place.startReady({ flags: alone, environment });
    expect(await again.sql('SELECT count(*)::int AS n FROM t', { database: 'shop' })).toEqual([{ n: 1 }]);
  });

  test('that has WAL of another cluster is refused, and that WAL stays', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const walDirectory = join(place.folder, 'wal');
    mkdirSync(join(walDirectory, 'pg_wal'), { recursive: true });
    writeFileSync(join(walDirectory, 'pg_wal/000000010000000000000009'), 'mine');
    const manager = place.start({ environment: { ...quickly, POSTGRES_INITDB_WALDIR: walDirectory } });
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(manager.output()).toContain('POSTGRES_INITDB_WALDIR');
    expect(readFileSync(join(walDirectory, 'pg_wal/000000010000000000000009'), 'utf8')).toBe('mine');
    expect(readdirSync(place.dataDirectory)).toEqual([]);
  });

  test('may have something else in it, as the root of a disk has', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const walDirectory = join(place.folder, 'wal');
    mkdirSync(join(walDirectory, 'lost+found'), { recursive: true });
    await place.startReady({ flags: alone, environment: { ...quickly, POSTGRES_INITDB_WALDIR: walDirectory } });
    expect(readdirSync(walDirectory).sort()).toEqual(['lost+found', 'pg_wal']);
  });
});

describe.skipIf(!isRoot)('a user without a name', () => {
  test.each([
    ['as which root steps down', { flags: ['--user', '12345:23456'] }],
    ['as which the container runs', { wrapper: ['setpriv', '--reuid', '12345', '--regid', '0', '--clear-groups'] }],
  ])('%s makes a cluster and logs in', async (_how, given) => {
    await using place = await instanceFolder({ data: 'empty' });
    const folder = mkdtempSync('/tmp/pgim-any-uid-');
    chmodSync(folder, 0o777);
    chmodSync(place.folder, 0o777);
    try {
      const manager = await place.startReady({
        ...given,
        flags: [...alone, ...('flags' in given ? given.flags : [])],
        environment: { ...quickly, POSTGRES_USER: 'app', POSTGRES_DB: 'shop' },
      });
      const { pid } = (await manager.status()).postgres;
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Uid:\s+12345\s+12345/m);
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('NSS_WRAPPER');
      expect(
        await manager.sql('SELECT rolname::text FROM pg_roles WHERE rolsuper', { user: 'app', database: 'shop' }),
      ).toEqual([{ rolname: 'app' }]);
      expect((await manager.status()).findings).toEqual([]);
      expect(readdirSync(place.runDirectory).filter((name) => name.includes('init'))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function allBelow(pid: number): readonly number[] {
  return childrenOf(pid).flatMap((child) => [child, ...allBelow(child)]);
}

function commandLine(pid: number): string {
  return contents(`/proc/${pid}/cmdline`);
}

function contents(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
