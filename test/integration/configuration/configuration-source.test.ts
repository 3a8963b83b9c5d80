import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ReadConfiguration, readConfigurationFiles } from '../../../src/configuration/configuration-source.ts';
import { describeProblem, parseConfiguration } from '../../../src/configuration/parse-configuration.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'configuration-source-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string | Uint8Array = ''): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function filesOf(read: ReadConfiguration): readonly (readonly [string, string])[] {
  if (read.kind !== 'read') throw new Error(JSON.stringify(read));
  return read.files.map(({ path, text }) => [path.replace(`${folder}/`, ''), text]);
}

function problemsOf(read: ReadConfiguration): readonly string[] {
  return read.kind === 'unreadable'
    ? read.problems.map((problem) => describeProblem(problem).replaceAll(folder, ''))
    : [];
}

function hashOf(read: ReadConfiguration): string {
  return read.kind === 'read' ? read.sha256 : '';
}

describe('a path that is a file', () => {
  test('is that file, whatever its name', () => {
    const path = write('settings.txt', 'a: 1\n');
    expect(readConfigurationFiles(path)).toEqual({
      kind: 'read',
      files: [{ path, text: 'a: 1\n' }],
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('may be a link to it', () => {
    symlinkSync(write('real.yaml', 'a: 1\n'), join(folder, 'link'));
    expect(filesOf(readConfigurationFiles(join(folder, 'link')))).toEqual([['link', 'a: 1\n']]);
  });

  test('is absent if there is nothing', () => {
    const path = join(folder, 'nothing');
    expect(readConfigurationFiles(path)).toEqual({ kind: 'absent', path });
  });

  test('is not absent if there is a link that leads nowhere', () => {
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    expect(problemsOf(readConfigurationFiles(join(folder, 'link')))).toEqual([
      '/link: found a link to something that does not exist, expected a file; correct or remove the link',
    ]);
  });

  test('cannot be followed by more path', () => {
    expect(problemsOf(readConfigurationFiles(join(write('file.yaml'), 'x')))).toHaveLength(1);
  });

  test('loses its byte order mark', () => {
    expect(filesOf(readConfigurationFiles(write('a.json', '\ufeff{}')))).toEqual([['a.json', '{}']]);
  });
});

describe('a path that is a folder', () => {
  test('is its YAML and JSON files in byte order, without hidden files and sub-folders', () => {
    for (const name of [
      'b.yaml',
      'a.yml',
      'B.json',
      'ä.yaml',
      '10.yaml',
      '9.yaml',
      '.hidden.yaml',
      'c.txt',
      'd.YAML',
    ]) {
      write(name, name);
    }
    write('\u{1f600}.yaml');
    write('\uff5e.yaml');
    mkdirSync(join(folder, 'sub'));
    write('sub/x.yaml');
    expect(filesOf(readConfigurationFiles(folder)).map(([name]) => name)).toEqual([
      '10.yaml',
      '9.yaml',
      'B.json',
      'a.yml',
      'b.yaml',
      'ä.yaml',
      '\uff5e.yaml',
      '\u{1f600}.yaml',
    ]);
  });

  test('may be empty', () => {
    expect(filesOf(readConfigurationFiles(folder))).toEqual([]);
    expect(hashOf(readConfigurationFiles(folder))).toHaveLength(64);
  });

  test('has a hash of names and texts, and not of other things', () => {
    write('a.yaml', 'x');
    write('b.yaml', 'y');
    const before = hashOf(readConfigurationFiles(folder));
    write('c.txt', 'z');
    expect(hashOf(readConfigurationFiles(folder))).toBe(before);
    write('b.yaml', 'z');
    expect(hashOf(readConfigurationFiles(folder))).not.toBe(before);
    write('b.yaml', 'y');
    renameSync(join(folder, 'b.yaml'), join(folder, 'c.yaml'));
    expect(hashOf(readConfigurationFiles(folder))).not.toBe(before);
  });

  test('tells of everything in it that cannot be read', () => {
    write('good.yaml', 'a: 1');
    mkdirSync(join(folder, 'a.yaml'));
    symlinkSync('nowhere', join(folder, 'b.yaml'));
    symlinkSync('c.yaml', join(folder, 'c.yaml'));
    write('d.yaml', new Uint8Array([0x61, 0xff, 0xfe]));
    execFileSync('mkfifo', [join(folder, 'e.yaml')]);
    symlinkSync('/dev/zero', join(folder, 'f.yaml'));
    truncateSync(write('g.yaml'), 1.25 * 1024 * 1024);
    expect(problemsOf(readConfigurationFiles(folder)).map((text) => text.split(', expected')[0])).toEqual([
      '/a.yaml: found a folder',
      '/b.yaml: found a link to something that does not exist',
      '/c.yaml: found links that lead in a circle',
      '/d.yaml: found bytes that are not UTF-8',
      '/e.yaml: found a named pipe',
      '/f.yaml: found a device',
      '/g.yaml: found 1.3 MiB',
    ]);
  });

  test('does not wait for a pipe, nor at a socket', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(problemsOf(readConfigurationFiles(pipe))[0]).toContain('found a named pipe, expected a file');
    const server = createServer();
    await new Promise<void>((listening) => server.listen(join(folder, 'a.yaml'), listening));
    expect(problemsOf(readConfigurationFiles(folder))[0]).toContain('found a socket, expected a file');
    await new Promise((closed) => server.close(closed));
  });

  test('does not read a file of many gigabytes', () => {
    truncateSync(write('a.yaml'), 2 ** 40);
    expect(problemsOf(readConfigurationFiles(folder))).toEqual([
      '/a.yaml: found 1048576 MiB, expected at most 1 MiB; this is no configuration; take the file out of the folder or split it',
    ]);
  });

  test('reads a file of exactly 1 MiB', () => {
    write('a.yaml', '#'.repeat(1024 * 1024));
    expect(filesOf(readConfigurationFiles(folder))[0]?.[1]).toHaveLength(1024 * 1024);
  });

  // Root may read everything.
  test.skipIf(process.getuid?.() === 0)('tells of a file and a folder that it may not read', () => {
    chmodSync(write('a.yaml'), 0o000);
    expect(problemsOf(readConfigurationFiles(folder))[0]).toContain('/a.yaml: found no permission to read it');
    chmodSync(folder, 0o000);
    expect(problemsOf(readConfigurationFiles(folder))[0]).toContain('found no permission to read it');
    chmodSync(folder, 0o700);
  });
});

describe('a mounted ConfigMap', () => {
  function generation(name: string, files: Readonly<Record<string, string>>): void {
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(files)) write(`${name}/${file}`, text);
    symlinkSync(name, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  }

  test('is read through its links, each file once', () => {
    generation('..2026_01_01', { 'a.yaml': 'parameters: {a: 1}', 'b.yaml': 'parameters: {b: 1}' });
    symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
    symlinkSync('..data/b.yaml', join(folder, 'b.yaml'));
    const read = readConfigurationFiles(folder);
    expect(filesOf(read).map(([name]) => name)).toEqual(['a.yaml', 'b.yaml']);
    expect(read.kind === 'read' && parseConfiguration(read.files)).toMatchObject({
      kind: 'valid',
      configuration: { parameters: { a: '1', b: '1' } },
    });
  });

  test('has another text after the swap, and the same hash if only the generation is another', () => {
    generation('..1', { 'a.yaml': 'parameters: {a: 1}' });
    symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
    const first = hashOf(readConfigurationFiles(folder));
    generation('..2', { 'a.yaml': 'parameters: {a: 1}' });
    expect(hashOf(readConfigurationFiles(folder))).toBe(first);
    generation('..3', { 'a.yaml': 'parameters: {a: 2}' });
    expect(filesOf(readConfigurationFiles(folder))).toEqual([['a.yaml', 'parameters: {a: 2}']]);
  });

  test('is never seen half swapped', () => {
    generation('..0', { 'a.yaml': '0', 'b.yaml': '0' });
    symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
    symlinkSync('..data/b.yaml', join(folder, 'b.yaml'));
    const script = `cd "$0"; i=0; while [ $i -lt 100 ]; do i=$((i+1)); mkdir ..$i; echo $i >..$i/a.yaml; echo $i >..$i/b.yaml;
      ln -s ..$i ..data_tmp; mv -T ..data_tmp ..data; rm -r ..$((i-1)); done >/dev/null 2>&1 & echo $!`;
    const writer = execFileSync('sh', ['-c', script, folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const isRunning = (): boolean =>
      execFileSync('sh', ['-c', `kill -0 ${writer.trim()} 2>/dev/null && echo yes || true`]).length > 0;
    const seen = new Set<string>();
    while (isRunning()) {
      for (let round = 0; round < 50; round += 1) {
        const texts = filesOf(readConfigurationFiles(folder)).map(([, text]) => text);
        expect(texts[0]).toBe(texts[1]);
        seen.add(texts[0] ?? '');
      }
    }
    expect(seen.size).toBeGreaterThan(1);
  });
});
