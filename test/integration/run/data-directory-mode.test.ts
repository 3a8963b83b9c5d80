import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { instanceFolder } from './instance-folder.ts';

const isRoot = process.getuid?.() === 0;

function modeOf(path: string): number {
  return statSync(path).mode & 0o7777;
}

describe('a data folder that is open to others', () => {
  test.each([
    [0o2770, 0o750],
    [0o777, 0o700],
  ])('with mode %o is mended to %o before PostgreSQL starts', async (mode, mended) => {
    await using place = await instanceFolder();
    chmodSync(place.dataDirectory, mode);
    const manager = await place.startReady();
    expect(modeOf(place.dataDirectory)).toBe(mended);
    expect(manager.log().filter(({ msg }) => msg.includes('mode of the data folder was mended'))).toHaveLength(1);
  });

  test('is mended before each start', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    chmodSync(place.dataDirectory, 0o2770);
    expect(await place.command('restart')).toMatchObject({ exitCode: 0 });
    expect(modeOf(place.dataDirectory)).toBe(0o750);
    expect((await manager.status()).postgres.starts).toBe(2);
  });

  test('is left alone when PostgreSQL takes it as it is', async () => {
    await using place = await instanceFolder();
    chmodSync(place.dataDirectory, 0o750);
    await place.startReady();
    expect(modeOf(place.dataDirectory)).toBe(0o750);
  });

  test('and empty gets a cluster, and the mode that it needs', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const first = place.start({
      flags: ['-c', 'listen_addresses='],
      environment: { POSTGRES_INITDB_ARGS: '--no-sync' },
    });
    await first.ready();
    await first.stop();
    chmodSync(place.dataDirectory, 0o2770);
    await place.startReady({ flags: ['-c', 'listen_addresses='] });
    expect(modeOf(place.dataDirectory)).toBe(0o750);
  });

  test.skipIf(!isRoot)('that cannot be mended is told in one sentence, and PostgreSQL says the rest', async () => {
    await using place = await instanceFolder();
    const asOther = ['setpriv', '--reuid', '23456', '--regid', '0', '--clear-groups'];
    // as fsGroup makes it
    execaSync('chgrp', ['-R', '0', place.dataDirectory]);
    execaSync('chmod', ['-R', 'g+rwX', place.dataDirectory]);
    chownSync(place.dataDirectory, 0, 0);
    chmodSync(place.folder, 0o777);
    const manager = place.start({ wrapper: asOther, flags: ['--crash-policy', 'exit'] });
    expect((await manager.exited).code).toBeGreaterThan(0);
    expect(manager.output()).toContain('its mode cannot be mended');
    expect(manager.output()).toContain('has wrong ownership');
  });

  test.skipIf(!isRoot)('that cannot even be read is one sentence', async () => {
    await using place = await instanceFolder();
    chmodSync(place.folder, 0o777);
    const manager = place.start({ wrapper: ['setpriv', '--reuid', '23456', '--regid', '23456', '--clear-groups'] });
    expect(await manager.exited).toEqual({ code: 71, signal: null });
    expect(manager.output()).toMatch(/^The data folder \S+ cannot be read: .+\n$/);
  });

  test.skipIf(!isRoot)(
    'and empty, but somebody else’s, is refused before a cluster is made that could not start',
    async () => {
      await using place = await instanceFolder({ data: 'empty' });
      mkdirSync(place.dataDirectory);
      chmodSync(place.dataDirectory, 0o770);
      chmodSync(place.folder, 0o777);
      const manager = place.start({ wrapper: ['setpriv', '--reuid', '23456', '--regid', '0', '--clear-groups'] });
      expect(await manager.exited).toEqual({ code: 71, signal: null });
      expect(manager.output()).toContain('belongs to the user with uid 0');
      expect(readdirSync(place.dataDirectory)).toEqual([]);
    },
  );
});
