import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSettings } from '../../integration/run/instance-folder.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: "A file that the user's own postgresql.conf includes and that is missing at a start is named, and PostgreSQL starts when it is there",
  says: [
    /could not open configuration file.*gone\.conf/,
    /PostgreSQL ended without being asked to.*gone\.conf|gone\.conf.*PostgreSQL ended without being asked to/,
  ],
  ends: 'stopped',
  run: async (day) => {
    const { running: first } = await day.start();
    const load = await day.load();
    const gone = join(day.place.folder, 'gone.conf');
    addSettings(day.place.dataDirectory, { include: gone });
    await day.wait(50, 500);
    await first.stop();
    const { running } = await day.start({ unready: true });
    await running.waitFor(({ postgres }) => postgres.lastFatal.some((line) => line.includes('gone.conf')));
    await day.wait(50, 500);
    writeFileSync(gone, 'work_mem = 7MB\n');
    await running.waitFor(({ postgres }) => postgres.ready, 20_000);
    await load.progress(30);
  },
});
