import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

const stored = "SELECT 'a=>1'::hstore -> 'a' AS stored";

faultTest({
  name: 'An image volume that vanishes while it is in use costs new sessions their extension and nobody else anything',
  says: [/VolumeMissing/],
  ends: 'stopped',
  instance: { images: ['hstore'], configuration: 'extensions: [{ name: hstore }]\n' },
  run: async (day) => {
    const { running } = await day.start({ flags: ['--resync-interval', '500ms'] });
    const load = await day.load();
    await running.sql('CREATE EXTENSION hstore');
    const old = await running.client();
    await old.query(stored);
    await day.wait(0, 500);
    const image = join(day.place.extensionsDirectory, 'hstore');
    renameSync(image, join(day.place.folder, 'elsewhere'));
    await running.waitFor(({ findings }) => findings.some(({ reason }) => reason === 'VolumeMissing'), 15_000);
    expect((await running.get('/readyz')).statusCode).toBe(200);
    expect((await old.query(stored)).rows).toEqual([{ stored: '1' }]);
    await expect(running.sql(stored)).rejects.toThrow('could not access file');
    await load.progress(20);
    renameSync(join(day.place.folder, 'elsewhere'), image);
    await running.waitFor(({ findings }) => !findings.some(({ reason }) => reason === 'VolumeMissing'), 15_000);
    expect(await running.sql(stored)).toEqual([{ stored: '1' }]);
    expect(load.ledger().lostSessions).toBe(0);
    expect((await running.status()).postgres).toMatchObject({ starts: 1, crashes: 0, crashRestarts: 0 });
  },
});
