import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A library that is cut short kills the session that loads it, and PostgreSQL recovers and goes on',
  says: [/terminated by signal 7/, /Failed process was running: SELECT 'a=>1'::hstore/],
  ends: 'stopped',
  instance: { images: ['hstore'], configuration: 'extensions: [{ name: hstore }]\n' },
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    await running.sql('CREATE EXTENSION hstore');
    truncateSync(join(day.place.extensionsDirectory, 'hstore/lib/hstore.so'), 4_096 * day.lots.between(1, 3));
    await day.wait(0, 500);
    await expect(running.sql("SELECT 'a=>1'::hstore")).rejects.toThrow();
    await running.waitFor(({ postgres }) => postgres.crashRestarts === 1 && postgres.ready, 30_000);
    await load.progress(50);
    expect((await running.status()).postgres).toMatchObject({ starts: 1, crashes: 0 });
  },
});
