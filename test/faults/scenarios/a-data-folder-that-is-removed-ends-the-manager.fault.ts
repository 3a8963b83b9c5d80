import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: "A data folder that is removed from under PostgreSQL is told, and the manager ends with PostgreSQL's code when it is tried in vain",
  says: [
    /The data folder .* is gone, or empty/,
    /could not access directory .*PostgreSQL ended without being asked to/,
  ],
  ends: 2,
  data: 'gone',
  allowed: { lockFileByTest: true },
  run: async (day) => {
    const { running } = await day.start({ flags: ['--max-crashes', '2'] });
    await day.load();
    await day.wait(0, 300);
    rmSync(day.place.dataDirectory, { recursive: true, force: true, maxRetries: 20 });
    await running.waitFor(({ findings }) => findings.some(({ reason }) => reason === 'DataFolderLost'), 10_000);
    // Sooner or later it needs a file; a checkpoint does at once.
    await running.sql('CHECKPOINT').catch(() => undefined);
    await running.waitFor(({ phase }) => phase === 'CrashBackoff', 60_000);
    expect(await running.exited).toEqual({ code: 2, signal: null });
    // PostgreSQL removes at its next start what a crash has left; there is none.
    for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock'])
      rmSync(join(day.place.runDirectory, name), { force: true });
    expect(running.output()).not.toMatch(/open to others/);
  },
});
