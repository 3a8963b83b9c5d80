import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { addSettings, type InstanceFolder, instanceFolder } from './instance-folder.ts';

const configuration = 'extensions: [{ name: hstore, ld_library_path: [lib], bin_path: [lib] }]\n';

async function shown(manager: RunningManager, name: string): Promise<string> {
  return String((await manager.sql(`SELECT current_setting('${name}') AS value`))[0]?.['value']);
}

async function pathsOf(manager: RunningManager): Promise<string> {
  return `${await shown(manager, 'extension_control_path')} ${await shown(manager, 'dynamic_library_path')}`;
}

describe('an image in a folder that somebody can write to', () => {
  test('whose folders become links out of it leaves the paths with the next look, and comes back with them', async () => {
    await using place = await instanceFolder({ configuration, images: ['hstore'] });
    const image = join(place.extensionsDirectory, 'hstore');
    const elsewhere = join(place.folder, 'elsewhere');
    cpSync(image, elsewhere, { recursive: true });
    const manager = await place.startReady();
    expect(await pathsOf(manager)).toContain(`${image}/share`);
    for (const folder of ['share', 'lib']) {
      renameSync(join(image, folder), join(image, `${folder}.real`));
      symlinkSync(join(elsewhere, folder), join(image, folder));
    }
    await manager.control('POST', '/reload');
    const { findings } = await manager.waitFor(
      ({ configuration: { state }, findings: all }) =>
        state === 'applied' && all.some(({ reason }) => reason === 'PathEscapesImage'),
    );
    expect(findings.filter(({ reason }) => reason === 'PathEscapesImage').length).toBeGreaterThan(1);
    expect(await pathsOf(manager)).not.toContain(image);
    await expect(manager.sql('CREATE EXTENSION hstore')).rejects.toThrow('not available');
    // The environment of a process cannot be changed any more, so a restart is asked for.
    expect((await manager.status()).restartRequired.reasons.map(({ name }) => name).sort()).toEqual([
      'LD_LIBRARY_PATH',
      'PATH',
    ]);

    for (const folder of ['share', 'lib']) {
      rmSync(join(image, folder));
      renameSync(join(image, `${folder}.real`), join(image, folder));
    }
    await manager.control('POST', '/reload');
    await manager.waitFor((status) => status.findings.length === 0);
    await manager.sql('CREATE EXTENSION hstore');
  });

  test('every user can write to is said, and so is a path of the user’s own', async () => {
    await using place = await instanceFolder({ configuration, images: ['hstore'] });
    const [lib, own] = [join(place.extensionsDirectory, 'hstore/lib'), join(place.folder, 'own')];
    mkdirSync(own);
    chmodSync(lib, 0o777);
    chmodSync(own, 0o777);
    addSettings(place.dataDirectory, { dynamic_library_path: `$libdir:${own}` });
    const manager = await place.startReady();
    expect((await manager.status()).findings).toMatchObject([
      {
        severity: 'warning',
        reason: 'PathWritable',
        subject: 'extension/hstore',
        message: expect.stringContaining(lib),
      },
      {
        severity: 'warning',
        reason: 'PathWritable',
        subject: 'parameter/dynamic_library_path',
        message: expect.stringContaining(own),
      },
    ]);
    chmodSync(lib, 0o755);
    chmodSync(own, 0o755);
    await manager.control('POST', '/reload');
    await manager.waitFor((status) => status.findings.length === 0);
  });
});

describe('a configuration that wants to lead the loader', () => {
  // All the names are in the test of environment-names.
  test.each(['LD_PRELOAD', 'LD_AUDIT', 'GLIBC_TUNABLES', 'NODE_OPTIONS'])(
    'with the variable %s of an extension is refused with 78, before anything is written',
    async (name) => {
      const text = `extensions: [{ name: hstore, env: [{ name: ${name}, value: /tmp/evil.so }] }]\n`;
      await using place = await instanceFolder({ configuration: text, images: ['hstore'] });
      const manager = place.start();
      expect(await manager.exited).toEqual({ code: 78, signal: null });
      expect(manager.output()).toContain(name);
      expect(readdirSync(place.dataDirectory)).not.toContain('pg-instance-manager.conf');
    },
  );

  test('leaves the container’s own choice alone: what its author preloads is in the postmaster, what Node.js is told is not', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({
      environment: { LD_BIND_NOW: '1', PYTHONPATH: '/opt', NODE_OPTIONS: '--no-deprecation' },
    });
    const environment = readFileSync(`/proc/${(await manager.status()).postgres.pid}/environ`, 'utf8').split('\0');
    expect(environment).toEqual(expect.arrayContaining(['LD_BIND_NOW=1', 'PYTHONPATH=/opt']));
    expect(environment.filter((variable) => variable.startsWith('NODE_'))).toEqual([]);
  });
});

describe('line breaks and other control characters', () => {
  test('in the name of a parameter end nothing: it is refused, in the configuration and on the command line', async () => {
    const text = 'parameters: { "work_mem = 1MB\\narchive_command": "touch /tmp/evil" }\n';
    await using place = await instanceFolder({ configuration: text });
    const wrong = place.start();
    expect(await wrong.exited).toEqual({ code: 78, signal: null });
    expect(wrong.output()).not.toContain('evil');
    place.writeConfiguration('');
    const words = place.start({ flags: ['-c', 'work_mem = 1MB\narchive_command=touch /tmp/evil'] });
    expect(await words.exited).toEqual({ code: 64, signal: null });
  });

  test('in a value are part of the value: it is read as it was written, and nothing else is set', async () => {
    const value = "a'\\n\nport = 1\r\narchive_command = 'touch /tmp/evil'\n#\\'";
    const text = JSON.stringify({ parameters: { 'app.text': value } });
    await using place = await instanceFolder({ configuration: text });
    const manager = await place.startReady({ flags: ['-c', `app.word=${value}`] });
    expect(await shown(manager, 'app.text')).toBe(value);
    expect(await shown(manager, 'app.word')).toBe(value);
    expect(
      await manager.sql(`SELECT 1 FROM pg_settings WHERE name = 'archive_command' AND source <> 'default'`),
    ).toEqual([]);
    expect((await manager.status()).findings).toEqual([]);
  });

  test.each([
    ['POSTGRES_USER', 'a\nb'],
    ['POSTGRES_DB', 'a";\n\nCREATE ROLE evil SUPERUSER;\n\n'],
    ['POSTGRES_HOST_AUTH_METHOD', 'trust\nhost all evil all trust'],
    ['POSTGRES_PASSWORD', 'a\nb'],
  ])('in %s are refused with 78, and nothing is made', async (name, value) => {
    await using place = await instanceFolder({ data: 'empty' });
    const manager = place.start({ environment: { [name]: value } });
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(readdirSync(place.dataDirectory)).toEqual([]);
  });
});

describe('links that somebody has put where files are made', () => {
  function plant(place: InstanceFolder): string {
    const victim = join(place.folder, 'victim');
    writeFileSync(victim, 'untouched');
    chmodSync(victim, 0o666);
    mkdirSync(place.runDirectory, { recursive: true });
    chmodSync(place.runDirectory, 0o777);
    for (const name of ['conf', 'conf.new', 'applied.json', 'applied.json.new'])
      symlinkSync(victim, join(place.dataDirectory, `pg-instance-manager.${name}`));
    symlinkSync(victim, join(place.runDirectory, 'pg-instance-manager.sock'));
    return victim;
  }

  test('are replaced, not followed: settings, their temporary file, what was applied, the control socket', async () => {
    await using place = await instanceFolder({ configuration, images: ['hstore'] });
    const victim = plant(place);
    const manager = await place.startReady();
    const { findings } = await manager.status();
    expect(findings.find(({ subject }) => subject === 'postgres')).toMatchObject({
      severity: 'warning',
      reason: 'PathWritable',
      message: expect.stringContaining(place.runDirectory),
    });
    expect((await manager.control('POST', '/reload')).statusCode).toBe(200);
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(statSync(victim).mode & 0o777).toBe(0o666);
    for (const name of ['conf', 'applied.json'])
      expect(statSync(join(place.dataDirectory, `pg-instance-manager.${name}`)).mode & 0o777).toBe(0o600);
  });
});
