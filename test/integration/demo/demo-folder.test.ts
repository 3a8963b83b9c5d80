import { chmod, chown, lstat, mkdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DemoFolder, prepareDemoFolder } from '../../../src/demo/demo-folder.ts';
import { findPostgresUser } from '../../../src/demo/postgres-user.ts';
import { makeOpenFolder } from './demo-server.ts';

const isRoot = process.getuid?.() === 0;

let root = '';
let checkout = '';
let sharedFolder = '';
beforeEach(async () => {
  root = await realpath(await makeOpenFolder());
  checkout = join(root, 'home/checkout');
  sharedFolder = join(root, 'shared');
  await mkdir(checkout, { recursive: true });
  await mkdir(sharedFolder);
});
afterEach(() => rm(root, { recursive: true }));

async function prepare(): Promise<DemoFolder> {
  return prepareDemoFolder({ checkout, sharedFolder, user: await findPostgresUser(undefined) });
}

describe('a checkout that the user who runs PostgreSQL can enter', () => {
  it('holds the folder itself, which that user can enter too', async () => {
    expect(await prepare()).toEqual({ kind: 'ready', folder: join(checkout, '.demo') });
    expect((await stat(join(checkout, '.demo'))).mode & 0o777).toBe(0o755);
    expect(await prepare()).toEqual({ kind: 'ready', folder: join(checkout, '.demo') });
  });

  it('refuses a link that someone else made', async () => {
    await symlink('/somewhere', join(checkout, '.demo'));
    const message = expect.stringContaining('is a link to /somewhere, which the demo did not make');
    expect(await prepare()).toEqual({ kind: 'refused', message });
  });

  it('replaces a link that the demo made for another place', async () => {
    await symlink(join(sharedFolder, 'pg-instance-manager-demo-0123456789ab'), join(checkout, '.demo'));
    expect(await prepare()).toEqual({ kind: 'ready', folder: join(checkout, '.demo') });
  });
});

describe.runIf(isRoot)('a checkout that the user who runs PostgreSQL cannot enter', () => {
  beforeEach(() => chmod(join(root, 'home'), 0o700));

  it('holds a link to a folder that the user can enter, the same one each time', async () => {
    const first = await prepare();
    expect(first).toMatchObject({ kind: 'ready', folder: expect.stringContaining(sharedFolder) });
    expect(await prepare()).toEqual(first);
    const target = await readlink(join(checkout, '.demo'));
    expect(first).toMatchObject({ folder: target });
    expect(await stat(target)).toMatchObject({ uid: process.getuid?.() });
  });

  it('refuses a folder of this name that belongs to someone else', async () => {
    await prepare();
    await chown(await readlink(join(checkout, '.demo')), 12345, 12345);
    const message = expect.stringContaining('belongs to the user with uid 12345');
    expect(await prepare()).toEqual({ kind: 'refused', message });
  });

  it('refuses a link of this name', async () => {
    await prepare();
    const target = await readlink(join(checkout, '.demo'));
    await rm(target, { recursive: true });
    await symlink('/etc', target);
    expect(await prepare()).toMatchObject({ kind: 'refused', message: expect.stringContaining('has to be a folder') });
    expect((await lstat('/etc')).isDirectory()).toBe(true);
  });

  it('refuses to replace a folder in the checkout', async () => {
    await mkdir(join(checkout, '.demo'));
    expect(await prepare()).toMatchObject({ kind: 'refused', message: expect.stringContaining('cannot enter') });
  });
});
