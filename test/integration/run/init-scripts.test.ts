import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { findFreePort } from '../demo/demo-server.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';
import { postmasterPid } from './processes.ts';

const environment = { POSTGRES_INITDB_ARGS: '--no-sync' };
const alone = ['-c', 'listen_addresses='];

type Scripts = Readonly<Record<string, string | Uint8Array>>;

/** Puts scripts into a folder of their own; a name that ends in `!` is of an executable. */
function withScripts(place: InstanceFolder, scripts: Scripts): readonly string[] {
  const folder = join(place.folder, 'scripts');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(scripts)) {
    const path = join(folder, name.replace('!', ''));
    writeFileSync(path, text);
    chmodSync(path, name.endsWith('!') ? 0o755 : 0o644);
  }
  return [...alone, '--init-scripts', folder];
}

function xz(text: string): Uint8Array {
  return execaSync('xz', ['--compress', '--stdout'], { input: text, encoding: 'buffer' }).stdout;
}

/** Whose end nobody reads. */
const tooLong = `SELECT no_such_column;\n${'SELECT 1;\n'.repeat(500_000)}`;

/** What a script of each kind does: it writes down its name, and whoever comes later finds what was there before. */
const note = (name: string): string => `INSERT INTO notes (name) VALUES ('${name}');\n`;

describe('the init scripts of a new cluster', () => {
  test('of every kind run once, in the order of their names, as the superuser in the database', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const flags = withScripts(place, {
      '00.sql': `CREATE TABLE notes (at serial, name text);\n${note('sql')}`,
      '10.sql.gz': gzipSync(note('gz')),
      '20.sql.xz': xz(note('xz')),
      '30.sql.zst': zstdCompressSync(note('zst')),
      '40.sh': `psql -c "${note('sourced').trim()}"\ndocker_process_sql <<< "${note('function').trim()}"\n`,
      '50.sh!': `#!/bin/sh\necho to be seen > /dev/stderr\npsql -c "${note('executed').trim()}"\n`,
      '60.sh!': `psql --dbname "$POSTGRES_DB" --username "$POSTGRES_USER" -c "${note('no first line').trim()}"\n`,
      '70.txt': 'this is no script',
      '..data': 'nor is this',
    });
    const given = { ...environment, POSTGRES_USER: 'my app', POSTGRES_DB: 'my shop', POSTGRES_PASSWORD: 'hush' };
    const manager = await place.startReady({ flags, environment: given });
    const login = { user: 'my app', database: 'my shop' };
    const names = ['sql', 'gz', 'xz', 'zst', 'sourced', 'function', 'executed', 'no first line'];
    expect((await manager.sql('SELECT name FROM notes ORDER BY at', login)).map(({ name }) => name)).toEqual(names);
    const log = manager.log().filter(({ logger }) => logger === 'init-scripts');
    expect(log.filter(({ msg }) => msg.startsWith('ignored')).map(({ file }) => file)).toEqual([
      join(place.folder, 'scripts/70.txt'),
    ]);
    expect(log.some(({ msg, file }) => msg === 'to be seen' && String(file).endsWith('50.sh'))).toBe(true);
    expect(readdirSync(place.dataDirectory).filter((name) => name.startsWith('.'))).toEqual([]);
    expect((await manager.status()).findings).toEqual([]);
    expect(await manager.stop()).toEqual({ code: 0, signal: null });

    const again = await place.startReady({ flags, environment: given });
    expect(await again.sql('SELECT count(*)::int AS n FROM notes', login)).toEqual([{ n: names.length }]);
  });

  test('have the settings, the extensions and the environment of the real server, which nobody reaches meanwhile', async () => {
    await using place = await instanceFolder({
      data: 'empty',
      images: ['hstore'],
      configuration: 'extensions: [{ name: hstore }]\nparameters: { work_mem: 7MB }\n',
    });
    const port = await findFreePort();
    withScripts(place, {
      '1.sql': `CREATE EXTENSION hstore; CREATE TABLE seen AS SELECT current_setting('work_mem') AS work_mem,
        current_setting('port') AS port, current_setting('listen_addresses') AS addresses, 'a=>1'::hstore -> 'a' AS a;`,
      '2.sh': 'env > "$PGDATA/../environment.txt"; ls -ld "$PGHOST" >> "$PGDATA/../environment.txt"\n',
      '3.sh': `while [ ! -e ${place.folder}/go ]; do sleep 0.05; done`,
    });
    const manager = place.start({
      flags: ['-c', `port=${port}`, '--init-scripts', join(place.folder, 'scripts')],
      environment: { ...environment, POSTGRES_PASSWORD: 'hush', POSTGRES_HOST_AUTH_METHOD: '', PGHOSTADDR: '10.0.0.1' },
    });
    await manager.waitForLog(({ msg, file }) => msg === 'running' && String(file).endsWith('3.sh'));
    expect((await manager.status()).phase).toBe('Initializing');
    expect((await manager.get('/readyz')).statusCode).toBe(503);
    await expect(manager.sql('SELECT 1', { port })).rejects.toThrow('ENOENT');
    await expect(manager.sql('SELECT 1', { host: '127.0.0.1', port })).rejects.toThrow('ECONNREFUSED');
    const seen = readFileSync(join(place.dataDirectory, 'environment.txt'), 'utf8');
    expect(seen).toMatch(/^POSTGRES_PASSWORD=hush$/m);
    expect(seen).toMatch(new RegExp(`^PGPORT=${port}$`, 'm'));
    expect(seen).not.toContain('PGHOSTADDR');
    expect(seen).toMatch(/^drwx------/m);
    execaSync('rm', [join(place.dataDirectory, 'environment.txt')]);
    writeFileSync(join(place.folder, 'go'), '');
    await manager.ready();
    expect(await manager.sql('SELECT * FROM seen', { port })).toEqual([
      { work_mem: '7MB', port: String(port), addresses: '', a: '1' },
    ]);
    expect(await manager.sql('SHOW listen_addresses', { port })).toEqual([{ listen_addresses: '*' }]);
  });

  test.each<[string, Scripts, string, string]>([
    ['SQL with an error', { 'a.sql': 'SELECT 1;\nSELECT no_such_column;\n' }, 'a.sql', 'no_such_column'],
    ['an early error in a long archive', { 'a.sql.gz': gzipSync(tooLong) }, 'a.sql.gz', 'no_such_column'],
    ['one in a long archive of xz', { 'a.sql.xz': xz(tooLong) }, 'a.sql.xz', 'no_such_column'],
    ['one in a long archive of zstd', { 'a.sql.zst': zstdCompressSync(tooLong) }, 'a.sql.zst', 'no_such_column'],
    ['a broken archive', { 'a.sql.gz': gzipSync(note('x')).subarray(0, 20) }, 'a.sql.gz', 'unexpected end of file'],
    ['no archive at all', { 'a.sql.xz': 'SELECT 1' }, 'a.sql.xz', 'xz'],
    ['a shell script that exits', { 'a.sh!': '#!/bin/sh\necho so it goes\nexit 7\n' }, 'a.sh', 'so it goes'],
    ['a sourced script with a command that fails', { 'a.sh': 'echo here\nfalse\necho not here\n' }, 'a.sh', 'here'],
  ])('fail the start when there is %s, and the next start begins again', async (_what, scripts, file, words) => {
    await using place = await instanceFolder({ data: 'empty' });
    const flags = withScripts(place, { '0.sql': 'CREATE TABLE first ();', ...scripts });
    const manager = place.start({ flags, environment });
    const { code } = await manager.exited;
    expect(code).toBeGreaterThan(0);
    expect(manager.output()).toMatch(
      new RegExp(`The init script \\S+/${file} failed with exit code ${code}: .*${words}`),
    );
    expect(manager.output()).not.toContain('not here');
    expect(readdirSync(place.dataDirectory)).toEqual([]);
    for (const name of Object.keys(scripts)) execaSync('rm', [join(place.folder, 'scripts', name.replace('!', ''))]);
    const next = await place.startReady({ flags, environment });
    expect(await next.sql('SELECT count(*)::int AS n FROM first')).toEqual([{ n: 0 }]);
  });

  test('fail the start when their server does not come up, in the words of PostgreSQL', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const flags = withScripts(place, { '0.sql': 'SELECT 1;' });
    const manager = place.start({ flags: [...flags, '-c', 'shared_buffers=900TB'], environment });
    expect((await manager.exited).code).toBe(1);
    expect(manager.output()).toMatch(/^The server for the init scripts failed with exit code 1: .*FATAL: .+$/m);
    expect(readdirSync(place.dataDirectory)).toEqual([]);
  });

  test('that nobody can read are a reason not to begin', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const flags = withScripts(place, { 'a.sql': 'SELECT 1' });
    chmodSync(join(place.folder, 'scripts'), 0o000);
    const manager = place.start({ flags, environment });
    expect(await manager.exited).toEqual({ code: 71, signal: null });
    expect(manager.output()).toContain(join(place.folder, 'scripts'));
    expect(readdirSync(place.dataDirectory)).toEqual([]);
  });

  test('may leave a process behind that holds their output', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const flags = withScripts(place, { 'a.sh!': '#!/bin/sh\nsleep 20 &\necho done\n' });
    const startMs = performance.now();
    await place.startReady({ flags, environment });
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });

  test('end with the manager when it is told to stop, and leave nothing behind', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const flags = withScripts(place, { 'a.sh': 'sleep 31.4159\n' });
    const manager = place.start({ flags, environment });
    await manager.waitForLog(({ msg }) => msg === 'running');
    await delay(100);
    expect(await manager.stop()).toEqual({ code: 0, signal: null });
    expect(readdirSync(place.dataDirectory)).toEqual([]);
    expect(postmasterPid(place.dataDirectory)).toBeUndefined();
    expect(execaSync('pgrep', ['-f', 'sleep 31.4159'], { reject: false }).exitCode).toBe(1);
    expect(statSync(place.dataDirectory).mode & 0o777).toBe(0o700);
  });
});
