import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A backup_label that is left in a cluster is refused with 78 before PostgreSQL spoils the data with it',
  says: [/was shut down cleanly, and yet has a backup_label.*move .*backup_label away/],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const load = await day.load();
    const [checkpoint] = await running.sql(
      'SELECT redo_lsn::text AS redo, checkpoint_lsn::text AS lsn, pg_walfile_name(redo_lsn) AS file FROM pg_control_checkpoint()',
    );
    await day.wait(0, 300);
    await running.stop();
    const { redo, lsn, file } = checkpoint ?? {};
    day.place.writeData(
      'backup_label',
      `START WAL LOCATION: ${redo} (file ${file})\nCHECKPOINT LOCATION: ${lsn}\nBACKUP METHOD: streamed\nBACKUP FROM: primary\nSTART TIME: 2026-01-31 12:00:00 UTC\nLABEL: of another day\nSTART TIMELINE: 1\n`,
    );
    const refused = await day.start({ unready: true });
    expect(await refused.running.exited).toEqual({ code: 78, signal: null });
    const label = join(day.place.dataDirectory, 'backup_label');
    expect(existsSync(label)).toBe(true);
    renameSync(label, join(day.place.folder, 'backup_label'));
    await day.start();
    await load.progress(20);
  },
});
