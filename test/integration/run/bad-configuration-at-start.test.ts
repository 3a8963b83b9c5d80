import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

let place: InstanceFolder;
let before: readonly string[];
beforeAll(async () => {
  place = await instanceFolder();
});
afterAll(() => place?.remove());
beforeEach(() => {
  place.writeConfiguration('');
  before = everythingIn(place.dataDirectory);
});

/** Every file with its size, its inode and the times of its content and of itself. */
function everythingIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const { ino, size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${ino} ${size} ${mtimeMs}`;
    })
    .sort();
}

async function refuse(flags: readonly string[] = []): Promise<readonly string[]> {
  const manager = place.start({ flags });
  expect(await manager.exited).toEqual({ code: 78, signal: null });
  return manager.output().trimEnd().split('\n');
}

test('every problem is told at once with file, line, path, what was found and what is expected', async () => {
  const file = join(place.configurationDirectory, 'instance.yaml');
  place.writeConfiguration(`extensions:
  - name: PostGIS
  - name: geo
    extension_control_path: ["/share:/etc"]
    env: [{ name: LD_PRELOAD, value: x }]
paramters: {}
parameters: { "work mem": 1 }
restart_policy: sometimes
`);
  const lines = await refuse();
  expect(lines).toEqual([
    expect.stringContaining(`${file}:2:11: extensions[0].name: found "PostGIS", expected `),
    expect.stringContaining(`${file}:4:30: extensions[1].extension_control_path[0]: found "/share:/etc", expected `),
    expect.stringContaining(`${file}:5:19: extensions[1].env[0].name: found "LD_PRELOAD", expected `),
    expect.stringContaining(`${file}:6:1: paramters: found `),
    expect.stringContaining(`${file}:7:15: parameters["work mem"]: found `),
    expect.stringContaining(`${file}:8:17: restart_policy: found "sometimes", expected `),
  ]);
  for (const line of lines) expect(line).toMatch(/: found .+, expected .+; .+/);
  expect(everythingIn(place.dataDirectory)).toEqual(before);
});

describe('refused with a sentence and without a trace in PGDATA:', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'].map((pair) => pair.split(''))) {
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]`);
  }
  test.each([
    ['broken YAML', 'extensions: [\n', ':2:1: '],
    ['a key twice', 'parameters:\n  work_mem: 1MB\n  work_mem: 2MB\n', ':3:3: '],
    ['an unknown key', 'extension: []\n', ':1:1: extension: '],
    ['a wrong type', 'extensions: hstore\n', ':1:13: extensions: '],
    ['an alias bomb', `${bomb.join('\n')}\n`, ':'],
    ['more than one MiB', `# ${'x'.repeat(1024 * 1024)}\n`, ': found 1.1 MiB'],
    ['two extensions of one name', 'extensions: [{ name: geo }, { name: geo }]\n', ':1:37: extensions[1].name: '],
    [
      'names that collide when sanitised',
      'extensions: [{ name: a-b }, { name: a_b }]\n',
      ':1:37: extensions[1].name: ',
    ],
    ['a path out of the image', 'extensions: [{ name: geo, bin_path: [../x] }]\n', 'extensions[0].bin_path[0]: '],
    ['an unknown placeholder', 'extensions: [{ name: g, env: [{ name: A, value: "${root}" }] }]\n', '.env[0].value: '],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), ': found bytes that are not UTF-8'],
  ])('%s', async (_what, text, place_) => {
    writeFileSync(join(place.configurationDirectory, 'instance.yaml'), text);
    const lines = await refuse();
    expect(lines[0]).toContain(`${join(place.configurationDirectory, 'instance.yaml')}:`);
    expect(lines.join('\n')).toContain(place_);
    expect(everythingIn(place.dataDirectory)).toEqual(before);
  });

  test.each(['PATH', 'path', 'Ld_Library_Path', 'LD_AUDIT', 'PGDATA'])(
    '%s as an environment variable',
    async (name) => {
      place.writeConfiguration(`extensions: [{ name: geo, env: [{ name: ${name}, value: x }] }]\n`);
      expect((await refuse()).join()).toContain(`extensions[0].env[0].name: found "${name}"`);
    },
  );

  test('a value that two files of the folder set', async () => {
    const other = join(place.configurationDirectory, 'other.yaml');
    place.writeConfiguration('restart_policy: manual\nparameters: { work_mem: 1MB }\n');
    writeFileSync(other, '\nrestart_policy: manual\nparameters: { work_mem: 1MB }\n');
    const lines = await refuse();
    writeFileSync(other, '');
    expect(lines).toEqual([
      expect.stringContaining(`${other}:2:17: restart_policy: `),
      expect.stringContaining(`${other}:3:15: parameters.work_mem: `),
    ]);
  });

  test('a path that does not exist, because somebody asked for it', async () => {
    const [line] = await refuse(['--config', join(place.folder, 'nowhere.yaml')]);
    expect(line).toContain(`${join(place.folder, 'nowhere.yaml')}`);
    expect(everythingIn(place.dataDirectory)).toEqual(before);
  });

  test('a value that PostgreSQL does not take, if there is no earlier text to start with', async () => {
    place.writeConfiguration('parameters: { work_mem: 8 bananas }\n');
    expect((await refuse()).join()).toContain('invalid value for parameter "work_mem": …');
    expect(() => place.readData('pg-instance-manager.conf')).toThrow('ENOENT');
  });
});

test('the same folder twice is no mistake: it is taken once, with a warning', async () => {
  await using other = await instanceFolder({
    images: ['hstore'],
    configuration: 'extensions: [{ name: hstore, dynamic_library_path: [lib, /lib/] }]\n',
  });
  const { findings } = await (await other.startReady()).status();
  expect(findings).toMatchObject([{ severity: 'warning', reason: 'ConfigurationWarning', subject: 'configuration' }]);
  const [library] = await other.start().exited.then(() => [other.readData('pg-instance-manager.conf')]);
  expect(library).toContain(`dynamic_library_path = '$libdir:${other.extensionsDirectory}/hstore/lib'\n`);
});

test('an empty PGDATA stays empty', async () => {
  await using other = await instanceFolder({ data: 'empty', configuration: 'nonsense: 1\n' });
  mkdirSync(other.dataDirectory);
  expect(await other.start().exited).toEqual({ code: 78, signal: null });
  expect(readdirSync(other.dataDirectory)).toEqual([]);
});

describe('a cluster of PostgreSQL 17', () => {
  test('is refused in a sentence when extensions are configured, and stays as it is', async () => {
    await using other = await instanceFolder({ configuration: 'extensions: [{ name: hstore }]\n' });
    other.writeData('PG_VERSION', '17\n');
    const seen = everythingIn(other.dataDirectory);
    const manager = other.start();
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(manager.output()).toMatch(/^The cluster in \S+ is of PostgreSQL 17, and extensions are configured: .+\n$/);
    expect(everythingIn(other.dataDirectory)).toEqual(seen);
  });
});

test('a folder that is neither a cluster nor empty is refused', async () => {
  await using other = await instanceFolder({ data: 'empty' });
  writeFileSync(join(other.folder, 'empty'), '');
  const manager = other.start({ flags: ['--pgdata', other.configurationDirectory] });
  expect(await manager.exited).toEqual({ code: 78, signal: null });
  expect(manager.output()).toContain('neither a cluster nor empty');
});
