import { expect } from 'vitest';
import { addSettings } from '../../integration/run/instance-folder.ts';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: "A file that the user's own postgresql.conf includes and that is missing voids a reload, which is told, until it is there",
  says: [/could not be put in force.*gone\.conf/, /finding is gone/],
  ends: 'stopped',
  instance: { configuration: 'parameters: { work_mem: 5MB }\n' },
  run: async (day) => {
    const { running } = await day.start({ flags: ['--resync-interval', '1s'] });
    const load = await day.load();
    const userFile = day.place.readData('postgresql.conf');
    addSettings(day.place.dataDirectory, { include: 'gone.conf' });
    // Somebody else has PostgreSQL read its files; only PostgreSQL itself notices.
    await running.sql('SELECT pg_reload_conf()');
    const alone = await running.waitFor(({ findings }) =>
      findings.some(({ reason }) => reason === 'SettingsNotApplied'),
    );
    expect(alone.findings.map(({ message }) => message).join('\n')).toMatch(/gone\.conf/);
    day.place.writeConfiguration('parameters: { work_mem: 6MB }\n');
    const refused = await running.waitFor(({ configuration }) => configuration.state === 'refused');
    expect(refused.findings.find(({ reason }) => reason === 'SettingsRefused')?.message).toMatch(/gone\.conf/);
    expect(await running.sql('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
    await load.progress(30);
    day.place.writeData('postgresql.conf', userFile);
    await running.waitFor(({ configuration, findings }) => configuration.state === 'applied' && findings.length === 0);
    expect(await running.sql('SHOW work_mem')).toEqual([{ work_mem: '6MB' }]);
    expect((await running.status()).postgres).toMatchObject({ starts: 1, crashRestarts: 0 });
    expect(load.ledger().lostSessions).toBe(0);
  },
});
