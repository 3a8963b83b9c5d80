import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

const beyond = 'parameters: { shared_buffers: 7000GB }\n';

function inSafeMode(status: InstanceStatus): boolean {
  return status.postgres.ready && status.findings.some(({ reason }) => reason === 'SafeMode');
}

function safeModeOf(status: InstanceStatus): readonly { readonly subject: string; readonly message: string }[] {
  return status.findings.filter(({ reason }) => reason === 'SafeMode');
}

/** An image with one library of this name, made of this C text. */
function addLibrary(place: InstanceFolder, name: string, text: string, ...flags: readonly string[]): string {
  const folder = join(place.extensionsDirectory, name, 'lib');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(place.extensionsDirectory, name, 'share/extension'), { recursive: true });
  const source = join(place.folder, `${name}.c`);
  writeFileSync(source, text);
  execFileSync('gcc', ['-shared', '-fPIC', '-o', join(folder, `${name}.so`), source, ...flags]);
  return join(folder, `${name}.so`);
}

const crashing = '__attribute__((constructor)) static void crash(void) { __builtin_trap(); }';

describe('a parameter with which PostgreSQL does not start', () => {
  test('is left out after the second try, and the finding names it and has the FATAL line', async () => {
    await using place = await instanceFolder({ configuration: 'parameters: { work_mem: 9MB }\n' });
    const first = await place.startReady();
    await first.stop();
    place.writeConfiguration('parameters: { work_mem: 9MB, wal_level: minimal }\n');
    const manager = place.start();
    const status = await manager.waitFor(inSafeMode, 20_000);
    expect(safeModeOf(status)).toEqual([
      expect.objectContaining({
        severity: 'error',
        subject: 'parameter/wal_level',
        message: expect.stringMatching(/FATAL: {2}WAL streaming .* requires .*wal_level/),
      }),
    ]);
    expect(await manager.sql('SHOW wal_level')).toEqual([{ wal_level: 'replica' }]);
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '9MB' }]);
    expect(status.postgres).toMatchObject({ crashes: 2 });
    expect(status.restartRequired.required).toBe(false);
    expect(manager.log().filter(({ reason }) => reason === 'SafeMode')).toHaveLength(1);
    await manager.stop();
  });

  test('gets another chance when it is changed, and safe mode is over', async () => {
    await using place = await instanceFolder({ configuration: 'parameters: { wal_level: minimal }\n' });
    const manager = place.start();
    await manager.waitFor(inSafeMode, 20_000);
    place.writeConfiguration('parameters: { wal_level: logical }\n');
    const status = await manager.waitFor((seen) => !inSafeMode(seen) && seen.restartRequired.required);
    expect(status.restartRequired.reasons).toMatchObject([{ name: 'wal_level', desired: 'logical' }]);
    expect(await place.command('restart')).toMatchObject({ exitCode: 0 });
    expect(await manager.sql('SHOW wal_level')).toEqual([{ wal_level: 'logical' }]);
    await manager.stop();
  });

  test('is tried again by a restart that somebody asks for, and left out again when it fails again', async () => {
    await using place = await instanceFolder({ configuration: 'parameters: { wal_level: minimal }\n' });
    const manager = place.start();
    const { postgres } = await manager.waitFor(inSafeMode, 20_000);
    expect(await place.command('restart')).toMatchObject({ exitCode: 70 });
    const after = await manager.waitFor(
      (status) => inSafeMode(status) && status.postgres.starts > postgres.starts,
      20_000,
    );
    expect(after.postgres.crashes).toBe(postgres.crashes + 2);
    // As often as somebody wants to try it: the manager does not give up for that.
    for (let times = 0; times < 2; times += 1) {
      const { starts } = (await manager.status()).postgres;
      expect(await place.command('restart')).toMatchObject({ exitCode: 70 });
      await manager.waitFor((status) => inSafeMode(status) && status.postgres.starts > starts, 20_000);
    }
    expect((await manager.status()).configuration.state).toBe('refused');
    expect(await place.command('reload')).toMatchObject({ exitCode: 70 });
    await manager.stop();
  });

  test('still ends the manager with --strict', async () => {
    await using place = await instanceFolder({ configuration: 'parameters: { wal_level: minimal }\n' });
    const manager = place.start({ flags: ['--strict', '--max-crashes', '3'] });
    expect(await manager.exited).toEqual({ code: 1, signal: null });
    expect(manager.log().filter(({ to }) => to === 'spawning')).toHaveLength(4);
  });

  test('is found by what has changed since the last start when PostgreSQL names nothing', async () => {
    await using place = await instanceFolder();
    await (await place.startReady()).stop();
    place.writeConfiguration(beyond);
    const manager = place.start();
    const status = await manager.waitFor(inSafeMode, 20_000);
    expect(safeModeOf(status)).toMatchObject([{ subject: 'parameter/shared_buffers' }]);
    expect(await manager.sql('SHOW shared_buffers')).toEqual([{ shared_buffers: '16MB' }]);
    await manager.stop();
  });
});

describe("what the user has set in PostgreSQL's own files", () => {
  test('is beaten on the command line: ALTER SYSTEM with a value that no machine has', async () => {
    await using place = await instanceFolder();
    const first = await place.startReady();
    await first.sql("ALTER SYSTEM SET shared_buffers = '7000GB'");
    await first.stop();
    const manager = place.start();
    const status = await manager.waitFor(inSafeMode, 20_000);
    expect(safeModeOf(status)).toMatchObject([{ subject: 'parameter/shared_buffers' }]);
    expect(status.restartRequired.required).toBe(false);
    expect(await manager.sql('SHOW shared_buffers')).toEqual([{ shared_buffers: '16MB' }]);
    await manager.sql('ALTER SYSTEM RESET shared_buffers');
    expect(await place.command('restart')).toMatchObject({ exitCode: 0 });
    expect(safeModeOf(await manager.ready())).toEqual([]);
    await manager.stop();
  });

  test('is beaten by the built-in value when nothing is known of an earlier start', async () => {
    await using place = await instanceFolder({ settings: { ssl: 'on' } });
    const manager = place.start();
    const status = await manager.waitFor(inSafeMode, 20_000);
    expect(safeModeOf(status)[0]?.message).toContain('could not load server certificate file');
    expect(await manager.sql('SHOW ssl')).toEqual([{ ssl: 'off' }]);
    await manager.stop();
  });

  test('is what it was before when the file has become one that PostgreSQL cannot read', async () => {
    await using place = await instanceFolder({ settings: { work_mem: '7MB' } });
    await (await place.startReady()).stop();
    appendFileSync(join(place.dataDirectory, 'postgresql.conf'), "\ninclude 'not-there.conf'\n");
    const manager = place.start();
    const status = await manager.waitFor(inSafeMode, 20_000);
    expect(safeModeOf(status)).toMatchObject([{ subject: 'postgres' }]);
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
    await manager.stop();
  });

  test('an unknown parameter in it does not keep PostgreSQL down', async () => {
    await using place = await instanceFolder({ settings: { work_mem: '7MB' } });
    await (await place.startReady()).stop();
    appendFileSync(join(place.dataDirectory, 'postgresql.conf'), '\nno_such_parameter = 1\n');
    const manager = place.start();
    const status = await manager.waitFor(inSafeMode, 20_000);
    expect(safeModeOf(status)[0]?.message).toContain('no_such_parameter');
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
    await manager.stop();
  });
});

describe('a preloaded library', () => {
  test('that crashes is left out alone', async () => {
    await using place = await instanceFolder({
      images: ['pg_stat_statements'],
      configuration:
        'extensions: [{ name: pg_stat_statements }, { name: crashing }]\nshared_preload_libraries: [pg_stat_statements, crashing]\n',
    });
    addLibrary(place, 'crashing', crashing);
    const manager = place.start();
    const status = await manager.waitFor(inSafeMode, 20_000);
    expect(safeModeOf(status)).toMatchObject([
      { subject: 'library/crashing', message: expect.stringContaining('SIGILL') },
    ]);
    expect(await manager.sql('SHOW shared_preload_libraries')).toEqual([
      { shared_preload_libraries: 'pg_stat_statements' },
    ]);
    await manager.stop();
  });

  test('that is cut short, which PostgreSQL dies of without a word, is left out', async () => {
    await using place = await instanceFolder({
      configuration: 'extensions: [{ name: short }]\nshared_preload_libraries: [short]\n',
    });
    const file = addLibrary(place, 'short', `char filler[200000] = { 1 };`);
    truncateSync(file, 8_192);
    const manager = place.start();
    const { findings } = await manager.waitFor(
      (status) => status.postgres.ready && status.findings.some(({ subject }) => subject === 'library/short'),
      20_000,
    );
    expect(findings).toContainEqual(expect.objectContaining({ severity: 'error', subject: 'library/short' }));
    await manager.stop();
  });

  test('that needs a library which is nowhere is left out, and the finding says which', async () => {
    await using place = await instanceFolder({
      configuration: 'extensions: [{ name: needy }]\nshared_preload_libraries: [needy]\n',
    });
    addLibrary(place, 'other', 'int other(void) { return 1; }', '-Wl,-soname,libothers.so.3');
    const library = join(place.extensionsDirectory, 'other/lib/other.so');
    addLibrary(place, 'needy', 'int other(void); int needy(void) { return other(); }', '-Wl,--no-as-needed', library);
    const manager = place.start();
    const status = await manager.waitFor(inSafeMode, 20_000);
    expect(safeModeOf(status)).toMatchObject([
      { subject: 'library/needy', message: expect.stringContaining('libothers.so.3: cannot open shared object file') },
    ]);
    await manager.stop();
  });
});

test('what has nothing to do with settings is no reason to leave anything out', async () => {
  await using place = await instanceFolder({ configuration: 'parameters: { work_mem: 9MB }\n' });
  await (await place.startReady()).stop();
  chmodSync(join(place.dataDirectory, 'global'), 0o000);
  place.writeConfiguration('parameters: { work_mem: 8MB }\n');
  const manager = place.start({ flags: ['--max-crashes', '3'] });
  const { code } = await manager.exited;
  expect(code).not.toBe(0);
  expect(manager.output()).not.toContain('SafeMode');
  chmodSync(join(place.dataDirectory, 'global'), 0o700);
});

test('a manager that takes PostgreSQL on knows what it runs without', async () => {
  await using place = await instanceFolder({ configuration: 'parameters: { wal_level: minimal }\n' });
  const first = place.start();
  await first.waitFor(inSafeMode, 20_000);
  first.signal('SIGKILL');
  await first.exited;
  const second = place.start();
  const status = await second.waitFor(inSafeMode, 20_000);
  expect(safeModeOf(status)).toMatchObject([{ subject: 'parameter/wal_level' }]);
  expect(status.restartRequired.required).toBe(false);
  await second.stop();
});
