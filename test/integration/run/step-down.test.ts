import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePasswd } from '../../../src/instance/passwd.ts';
import { instanceFolder } from './instance-folder.ts';

const isRoot = process.getuid?.() === 0;

/** Whom root becomes when nobody says: `postgres`, else `nobody`. */
function defaultUser(): { readonly uid: number; readonly gid: number } {
  const entries = parsePasswd(readFileSync('/etc/passwd', 'utf8'));
  const found = ['postgres', 'nobody'].flatMap((name) => entries.find((entry) => entry.name === name) ?? []);
  return { uid: found[0]?.uid ?? -1, gid: found[0]?.gid ?? -1 };
}

/** The ids of a process: real, effective, saved and of the file system. */
function identity(pid: number | null): { uids: readonly number[]; gids: readonly number[]; groups: readonly number[] } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const numbers = (name: string): readonly number[] =>
    (new RegExp(`^${name}:(.*)$`, 'm').exec(text)?.[1] ?? '').trim().split(/\s+/).filter(Boolean).map(Number);
  return { uids: numbers('Uid'), gids: numbers('Gid'), groups: numbers('Groups') };
}

function capabilities(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'].map(
    (name) => new RegExp(`^${name}:\\s*0*(.*)$`, 'm').exec(text)?.[1] ?? '?',
  );
}

describe.skipIf(!isRoot)('as root', () => {
  test('the manager and PostgreSQL are postgres or else nobody, with nothing left of root', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const manager = await place.startReady({ flags: ['--initdb-args', '--no-sync'] });
    const { uid, gid } = defaultUser();
    const { pid } = (await manager.status()).postgres;
    for (const one of [manager.pid, pid]) {
      const { uids, gids, groups } = identity(one);
      expect(uids).toEqual([uid, uid, uid, uid]);
      expect(gids).toEqual([gid, gid, gid, gid]);
      expect(groups).not.toContain(0);
    }
    expect(capabilities(manager.pid)).toEqual(['', '', '', '']);
    expect(statSync(place.dataDirectory)).toMatchObject({ uid, gid });
    expect(statSync(place.dataDirectory).mode & 0o777).toBe(0o700);
    expect(statSync(place.runDirectory)).toMatchObject({ uid, gid });
  });

  test('--user names another one, also by numbers that nobody has, who then has no other group', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({ flags: ['--user', '23456:34567'] });
    const { pid } = (await manager.status()).postgres;
    expect(identity(pid)).toMatchObject({
      uids: [23_456, 23_456, 23_456, 23_456],
      gids: [34_567, 34_567, 34_567, 34_567],
    });
    expect(identity(pid).groups.filter((group) => group !== 34_567)).toEqual([]);
    const owners = readdirSync(place.dataDirectory, { recursive: true, encoding: 'utf8' }).map(
      (name) => lstatSync(join(place.dataDirectory, name)).uid,
    );
    expect([...new Set(owners)]).toEqual([23_456]);
  });

  test.each([
    ['root', 'PostgreSQL does not run as root'],
    ['0:0', 'PostgreSQL does not run as root'],
    ['no-such-user', 'There is no user "no-such-user"'],
  ])('--user %s is refused with 71 and a sentence, before anything is touched', async (user, sentence) => {
    await using place = await instanceFolder({ data: 'empty' });
    const manager = place.start({ flags: ['--user', user] });
    expect(await manager.exited).toEqual({ code: 71, signal: null });
    expect(manager.output()).toContain(sentence);
    expect(readdirSync(place.folder).sort()).toEqual(['config', 'extensions']);
  });

  test('a PGDATA that is a symbolic link is refused with 71, and what it leads to is not given away', async () => {
    await using place = await instanceFolder();
    const elsewhere = join(place.folder, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
    renameSync(place.dataDirectory, `${place.dataDirectory}.real`);
    symlinkSync(elsewhere, place.dataDirectory);
    const manager = place.start();
    expect(await manager.exited).toEqual({ code: 71, signal: null });
    expect(manager.output()).toMatch(/^The data folder \S+ is a symbolic link, .+\n$/);
    expect(statSync(elsewhere).uid).toBe(0);
  });

  test('a run folder that is a symbolic link is refused in the same way', async () => {
    await using place = await instanceFolder();
    symlinkSync(place.configurationDirectory, place.runDirectory);
    expect(await place.start().exited).toEqual({ code: 71, signal: null });
    expect(statSync(place.configurationDirectory).uid).toBe(0);
  });

  test('a link inside PGDATA is given away itself, not what it leads to', async () => {
    await using place = await instanceFolder();
    const secret = join(place.folder, 'secret');
    writeFileSync(secret, 'of root', { mode: 0o600 });
    symlinkSync(secret, join(place.dataDirectory, 'link'));
    mkdirSync(join(place.folder, 'folder'));
    symlinkSync(join(place.folder, 'folder'), join(place.dataDirectory, 'folder-link'));
    writeFileSync(join(place.folder, 'folder/file'), '');
    chownSync(place.dataDirectory, 0, 0);
    lchownSync(join(place.dataDirectory, 'link'), 0, 0);
    const manager = await place.startReady();
    expect(lstatSync(join(place.dataDirectory, 'link')).uid).toBe(defaultUser().uid);
    for (const path of ['secret', 'folder', 'folder/file']) expect(statSync(join(place.folder, path)).uid).toBe(0);
    await manager.stop();
  });

  test('a configuration that only root may read is refused, because the manager is not root any more', async () => {
    await using place = await instanceFolder();
    chmodSync(join(place.configurationDirectory, 'instance.yaml'), 0o600);
    const manager = place.start();
    expect(await manager.exited).toEqual({ code: 78, signal: null });
    expect(manager.output()).toContain('no permission to read it');
  });
});

describe.skipIf(isRoot)('as a normal user', () => {
  test('nothing changes: PostgreSQL runs as whoever started the manager', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    expect(identity((await manager.status()).postgres.pid).uids[0]).toBe(process.getuid?.());
  });
});
