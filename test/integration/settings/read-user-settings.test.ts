import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readUserSettings } from '../../../src/settings/read-user-settings.ts';
import { asNobody } from '../../support/as-nobody.ts';
import { postgresUser, temporaryFolder } from '../../support/temporary-folder.ts';
import { createDataDirectory, postgresBinDir, postgresEnvironment } from '../../support/throwaway-postgres.ts';

const names = ['extension_control_path', 'dynamic_library_path', 'shared_preload_libraries', 'cluster_name'];
const { dataDirectory, remove } = createDataDirectory();
let folder: string;
let configFile: string;

beforeEach(() => {
  folder = temporaryFolder('conf');
  chmodSync(folder, 0o755);
  configFile = join(folder, 'main.conf');
  writeFileSync(join(dataDirectory, 'postgresql.auto.conf'), '');
});

afterAll(remove);

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function read() {
  return readUserSettings({ configFile, dataDirectory, names });
}

/** What the real server makes of the same files, without starting up. */
function serverValue(name: string): { readonly value?: string; readonly error?: string } {
  const args = ['-C', name, '-D', dataDirectory, '-c', `config_file=${configFile}`];
  const options = { ...postgresUser(), env: postgresEnvironment(), cwd: '/', encoding: 'utf8' } as const;
  const result = spawnSync(join(postgresBinDir(), 'postgres'), args, options);
  return result.status === 0 ? { value: result.stdout.replace(/\n$/, '') } : { error: result.stderr };
}

function expectSameAsServer(name: string, value: string): void {
  const ours = read();
  expect(ours.problems).toEqual([]);
  expect((ours.alterSystem.get(name) ?? ours.settings.get(name))?.value).toBe(value);
  expect(serverValue(name)).toEqual({ value });
}

describe('agrees with the real server', () => {
  test('that the last mention wins, in any case, across included files', () => {
    write({
      'main.conf': `cluster_name = 1MB\nextension_control_path = '$system:/first'\ninclude 'sub/a.conf'\nCLUSTER_NAME '3MB'\n`,
      'sub/a.conf':
        "Extension_Control_Path = '$system:/it''s'\ninclude_if_exists 'none'\ninclude '../b.conf'\ncluster_name=2MB\n",
      'b.conf': 'shared_preload_libraries = \'x, "y z"\'\n',
    });
    expectSameAsServer('extension_control_path', "$system:/it's");
    expectSameAsServer('cluster_name', '3MB');
    expectSameAsServer('shared_preload_libraries', 'x, "y z"');
    expect(read().settings.get('extension_control_path')).toMatchObject({ file: join(folder, 'sub/a.conf'), line: 1 });
  });

  test('which files of a folder count, and in which order', () => {
    write({
      'main.conf': "include_dir 'conf.d'",
      'conf.d/10.conf': 'dynamic_library_path = ten',
      'conf.d/9.conf': 'dynamic_library_path = nine',
      'conf.d/.99.conf': 'dynamic_library_path = hidden',
      'conf.d/99.conf~': 'dynamic_library_path = backup',
      'conf.d/99.conf/x.conf': 'dynamic_library_path = folder',
      elsewhere: 'dynamic_library_path = linked',
    });
    expectSameAsServer('dynamic_library_path', 'nine');
    symlinkSync('../elsewhere', join(folder, 'conf.d/A.conf'));
    expectSameAsServer('dynamic_library_path', 'linked');
  });

  test('that ALTER SYSTEM comes last', () => {
    write({ 'main.conf': 'cluster_name = 1MB' });
    writeFileSync(join(dataDirectory, 'postgresql.auto.conf'), "cluster_name = '7MB'\n");
    expectSameAsServer('cluster_name', '7MB');
    expect(read().settings.get('cluster_name')?.value).toBe('1MB');
  });

  test('that files may be included ten levels deep', () => {
    for (let depth = 0; depth < 10; depth += 1) write({ [`${depth}.conf`]: `include '${depth + 1}.conf'` });
    write({ 'main.conf': "include '1.conf'", '10.conf': 'cluster_name = 5MB' });
    expectSameAsServer('cluster_name', '5MB');
  });
});

describe('names the problem where the real server refuses to start', () => {
  function expectRefused(problem: string): void {
    expect(serverValue('cluster_name').error).toBeDefined();
    expect(read().problems).toEqual([expect.stringContaining(problem)]);
  }

  test('a file that is not there', () => {
    expectRefused(`${configFile} could not be read: no such file or directory`);
    write({ 'main.conf': "include 'none.conf'" });
    expectRefused('none.conf could not be read: no such file or directory');
    write({ 'main.conf': "include_dir 'none.d'" });
    expectRefused('none.d could not be read: no such file or directory');
  });

  test('a folder in the place of a file, even one that need not exist', () => {
    write({ 'main.conf': "include_if_exists 'sub'", 'sub/x': '' });
    expectRefused('sub could not be read: it is a folder');
  });

  test('a link in a folder that leads nowhere', () => {
    write({ 'main.conf': "include_dir 'conf.d'", 'conf.d/a.conf': '' });
    symlinkSync('nowhere', join(folder, 'conf.d/b.conf'));
    expectRefused('conf.d could not be read');
  });

  test('a syntax error, with file and line', () => {
    write({ 'main.conf': "cluster_name = 1MB\ninclude 'a.conf'", 'a.conf': '\ncluster_name = = 1' });
    expectRefused(`${join(folder, 'a.conf')} has a syntax error in line 2, near token "="`);
  });

  test('a directive that names nothing', () => {
    for (const directive of ['include', 'include_dir']) {
      write({ 'main.conf': `${directive} ' '` });
      expectRefused(`${directive} in ${configFile}, line 1 names no file`);
    }
  });

  test('a file that includes itself, directly or through another', () => {
    write({ 'main.conf': "include 'main.conf'" });
    expectRefused('includes itself');
    write({ 'main.conf': "include 'a.conf'", 'a.conf': "include 'main.conf'" });
    expectRefused('includes itself');
  });

  test('a file that is included eleven levels deep', () => {
    for (let depth = 1; depth <= 11; depth += 1) write({ [`${depth}.conf`]: `include '${depth + 1}.conf'` });
    write({ 'main.conf': "include '1.conf'", '11.conf': 'cluster_name = 5MB' });
    expectRefused('more than 10 levels deep');
  });

  test('a file that may not be read', () => {
    write({ 'main.conf': "include 'secret.conf'", 'secret.conf': 'cluster_name = 1MB' });
    chmodSync(join(folder, 'secret.conf'), 0);
    expect(serverValue('cluster_name').error).toContain('Permission denied');
    const seen = asNobody('settings/read-user-settings.ts', 'readUserSettings', [{ configFile, dataDirectory, names }]);
    expect(seen).toMatchObject({
      problems: [expect.stringContaining('secret.conf could not be read: permission denied')],
    });
  });
});

test('keeps what other files say when one has a problem', () => {
  write({ 'main.conf': "cluster_name = 1MB\ninclude 'none.conf'\ndynamic_library_path = x" });
  expect([...read().settings.keys()]).toEqual(['cluster_name', 'dynamic_library_path']);
});

test('gives up after a thousand files, with one sentence', () => {
  for (let depth = 0; depth < 10; depth += 1) {
    write({ [`${depth}.conf`]: `include '${depth + 1}.conf'\n`.repeat(10) });
  }
  write({ 'main.conf': "include '1.conf'", '10.conf': 'cluster_name = 5MB' });
  expect(read().problems).toEqual([expect.stringContaining('more than 1000 files are included')]);
});
