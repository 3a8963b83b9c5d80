import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { sendSignalToGroup } from '../../support/send-signal.ts';
import { type FlagOptions, type InstanceFolder, instanceFolder } from './instance-folder.ts';
import { postmasterPid } from './processes.ts';

/** An initialization with all its steps: initdb, WAL elsewhere, a database, a script that works on it. */
function everyStep(place: InstanceFolder): FlagOptions {
  const scripts = join(place.folder, 'scripts');
  mkdirSync(scripts);
  writeFileSync(join(scripts, '1.sql'), 'CREATE TABLE made AS SELECT generate_series(1, 1000) AS n;\n');
  writeFileSync(join(scripts, '2.sh'), 'sleep 0.2; psql -c "CREATE TABLE finished ()"\n');
  return {
    flags: ['-c', 'listen_addresses=', '--init-scripts', scripts],
    environment: {
      POSTGRES_DB: 'shop',
      POSTGRES_INITDB_ARGS: '--no-sync',
      POSTGRES_INITDB_WALDIR: join(place.folder, 'wal'),
    },
  };
}

async function expectWhole(place: InstanceFolder, manager: RunningManager): Promise<void> {
  await manager.ready();
  const [counted] = await manager.sql(
    'SELECT count(*)::int AS rows, (SELECT count(*)::int FROM finished) AS finished FROM made',
    {
      database: 'shop',
    },
  );
  expect(counted).toEqual({ rows: 1000, finished: 0 });
  expect(readdirSync(place.dataDirectory).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(readdirSync(join(place.folder, 'wal'))).toEqual(['pg_wal']);
  expect(await manager.stop()).toEqual({ code: 0, signal: null });
}

const momentsMs = [0, 60, 150, 300, 450, 550, 650, 800, 950];

describe('an initialization that is cut off with SIGKILL', () => {
  test.each(
    momentsMs.map((ms, index) => [index % 2 === 0 ? 'the manager alone' : 'all that it started, too', ms] as const),
  )('(%s) %i ms after its begin is begun again by the next start', async (whom, ms) => {
    await using place = await instanceFolder({ data: 'empty' });
    const options = everyStep(place);
    const manager = place.start(options);
    await manager.waitForLog(({ msg }) => msg === 'listening');
    await delay(ms);
    if (whom === 'the manager alone') manager.signal('SIGKILL');
    else sendSignalToGroup(manager.pid, 'SIGKILL');
    // At once: what was left behind may still be at work.
    await expectWhole(place, place.start(options));
  });
});

describe('an initialization that is told to stop', () => {
  test.each(momentsMs)('%i ms after its begin ends with 0, and leaves no cluster or a whole one', async (ms) => {
    await using place = await instanceFolder({ data: 'empty' });
    const options = everyStep(place);
    const manager = place.start(options);
    await manager.waitForLog(({ msg }) => msg === 'listening');
    await delay(ms);
    expect(await manager.stop()).toEqual({ code: 0, signal: null });
    expect(postmasterPid(place.dataDirectory)).toBeUndefined();
    const left = readdirSync(place.dataDirectory);
    if (left.length === 0) expect(readdirSync(join(place.folder, 'wal'))).toEqual([]);
    else expect(readFileSync(join(place.dataDirectory, 'PG_VERSION'), 'utf8')).toBe('18\n');
    await expectWhole(place, place.start(options));
  });
});
