import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installDemoConfiguration } from '../../../src/demo/install-demo-configuration.ts';
import { makeOpenFolder } from './demo-server.ts';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await makeOpenFolder();
  file = join(folder, 'config/instance.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

it('writes the file when there is none, and nothing else into its folder', async () => {
  expect(await installDemoConfiguration(folder, 'a: 1\n')).toBe('written');
  expect(await readFile(file, 'utf8')).toBe('a: 1\n');
  expect(await readdir(join(folder, 'config'))).toEqual(['instance.yaml']);
});

it('renews the file that it wrote itself', async () => {
  await installDemoConfiguration(folder, 'a: 1\n');
  expect(await installDemoConfiguration(folder, 'a: 2\n')).toBe('written');
  expect(await readFile(file, 'utf8')).toBe('a: 2\n');
});

it('never touches a file that a person edited', async () => {
  await installDemoConfiguration(folder, 'a: 1\n');
  await writeFile(file, 'a: mine\n');
  expect(await installDemoConfiguration(folder, 'a: 1\n')).toBe('kept');
  expect(await installDemoConfiguration(folder, 'a: 2\n')).toBe('kept');
  expect(await readFile(file, 'utf8')).toBe('a: mine\n');
});

it('leaves a folder alone whose file someone split into others', async () => {
  await mkdir(join(folder, 'config'));
  await writeFile(join(folder, 'config/mine.yml'), 'a: mine\n');
  expect(await installDemoConfiguration(folder, 'a: 1\n')).toBe('kept');
  expect(await readdir(join(folder, 'config'))).toEqual(['mine.yml']);
});
