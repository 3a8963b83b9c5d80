import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import {
  type Attempt,
  markInitialized,
  openAttempt,
  removeAttempts,
} from '../../../src/initialization/attempt-folder.ts';
import { initializedFolder } from '../../../src/initialization/data-directory.ts';
import { postgresUser, temporaryFolder } from '../../support/temporary-folder.ts';
import { postgresBinDir } from '../../support/throwaway-postgres.ts';

interface Place {
  readonly dataDirectory: string;
  readonly walDirectory: string;
}

function place(): Place {
  const folder = temporaryFolder('attempt');
  const [dataDirectory, walDirectory] = [join(folder, 'data'), join(folder, 'wal')];
  mkdirSync(dataDirectory);
  mkdirSync(walDirectory);
  return { dataDirectory, walDirectory };
}

/** As initdb leaves it. */
function fill(attempt: Attempt): void {
  writeFileSync(join(attempt.folder, 'PG_VERSION'), '18\n');
  if (attempt.wal === undefined) return;
  symlinkSync(attempt.wal.folder, join(attempt.folder, 'pg_wal'));
  writeFileSync(join(attempt.wal.folder, '000000010000000000000001'), 'wal');
}

describe('an attempt', () => {
  test('has folders that no other attempt has', () => {
    const { dataDirectory, walDirectory } = place();
    const [one, other] = [openAttempt(dataDirectory, walDirectory), openAttempt(dataDirectory, walDirectory)];
    expect(one.folder).not.toBe(other.folder);
    expect(one.wal?.folder).not.toBe(other.wal?.folder);
  });

  test('that is whole has its WAL where it belongs, and a link that leads there', () => {
    const { dataDirectory, walDirectory } = place();
    const attempt = openAttempt(dataDirectory, walDirectory);
    fill(attempt);
    markInitialized(dataDirectory, attempt);
    expect(readdirSync(dataDirectory)).toEqual([initializedFolder]);
    expect(readlinkSync(join(dataDirectory, initializedFolder, 'pg_wal'))).toBe(join(walDirectory, 'pg_wal'));
    expect(readdirSync(join(walDirectory, 'pg_wal'))).toEqual(['000000010000000000000001']);
    expect(readdirSync(walDirectory)).toEqual(['pg_wal']);
  });
});

describe('what attempts have left', () => {
  test('is removed with its WAL, and nothing else is', async () => {
    const { dataDirectory, walDirectory } = place();
    fill(openAttempt(dataDirectory, walDirectory));
    openAttempt(dataDirectory, undefined);
    const others = ['.pg-instance-manager-initdb-mine-and-long', '.keep', 'lost+found', initializedFolder];
    for (const name of others) mkdirSync(join(dataDirectory, name));
    mkdirSync(join(walDirectory, '.pg-instance-manager-initdb-abc123'));
    mkdirSync(join(walDirectory, 'pg_wal'));
    await removeAttempts(dataDirectory, walDirectory);
    expect(readdirSync(dataDirectory).sort()).toEqual([...others].sort());
    expect(readdirSync(walDirectory).sort()).toEqual(['.pg-instance-manager-initdb-abc123', 'pg_wal']);
  });

  test.each([
    ['before the link was changed', 0],
    ['after the link was changed', 1],
    ['after the WAL was moved', 2],
  ])('is removed when it was cut off %s', async (_when, steps) => {
    const { dataDirectory, walDirectory } = place();
    const attempt = openAttempt(dataDirectory, walDirectory);
    fill(attempt);
    const destination = join(walDirectory, 'pg_wal');
    if (steps >= 1) {
      rmSync(join(attempt.folder, 'pg_wal'));
      symlinkSync(destination, join(attempt.folder, 'pg_wal'));
    }
    if (steps >= 2) renameSync(attempt.wal?.folder ?? '', destination);
    await removeAttempts(dataDirectory, walDirectory);
    expect(readdirSync(dataDirectory)).toEqual([]);
    expect(readdirSync(walDirectory)).toEqual([]);
  });

  test('does not take the WAL of another cluster with it', async () => {
    const { dataDirectory, walDirectory } = place();
    const attempt = openAttempt(dataDirectory, walDirectory);
    fill(attempt);
    mkdirSync(join(walDirectory, 'pg_wal'));
    await removeAttempts(dataDirectory, walDirectory);
    expect(existsSync(join(walDirectory, 'pg_wal'))).toBe(true);
    expect(readdirSync(walDirectory)).toEqual(['pg_wal']);
  });
});

describe('an initdb whose manager was killed', () => {
  test.each([0, 100, 250, 400])('%i ms after its start is ended before its folders are removed', async (ms) => {
    const { dataDirectory, walDirectory } = place();
    const attempt = openAttempt(dataDirectory, walDirectory);
    const { uid = -1, gid = -1 } = postgresUser();
    for (const folder of [attempt.folder, attempt.wal?.folder ?? '']) chownSync(folder, uid, gid);
    const folders = ['--pgdata', attempt.folder, '--waldir', attempt.wal?.folder ?? ''];
    const initdb = execa(join(postgresBinDir(), 'initdb'), [...folders, '--no-sync', '--username=postgres'], {
      ...postgresUser(),
      cwd: '/',
      stdio: 'ignore',
      reject: false,
    });
    await delay(ms);
    await removeAttempts(dataDirectory, walDirectory);
    expect(readdirSync(dataDirectory)).toEqual([]);
    expect(readdirSync(walDirectory)).toEqual([]);
    await initdb;
    expect(readdirSync(walDirectory)).toEqual([]);
  });
});
