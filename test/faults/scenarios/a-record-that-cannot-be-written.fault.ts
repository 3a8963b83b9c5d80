import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

faultTest({
  name: 'A record of what was applied that cannot be written keeps nothing from being in force, is said once, and is written when it can be',
  says: [
    /What is in force could not be remembered for the next start: \S+\/pg-instance-manager\.applied\.json cannot be written/,
    /finding is gone/,
  ],
  ends: 'stopped',
  instance: { images: ['hstore', 'uuid-ossp'], configuration: 'extensions: [{ name: hstore }]\n' },
  run: async (day) => {
    const { running } = await day.start({ flags: ['--resync-interval', '1s'] });
    const load = await day.load();
    // Its temporary file cannot be made, whoever one is.
    const obstacle = join(day.place.dataDirectory, 'pg-instance-manager.applied.json.new');
    mkdirSync(join(obstacle, 'in the way'), { recursive: true });
    day.place.writeConfiguration('extensions: [{ name: hstore }, { name: uuid-ossp }]\n');
    const { findings } = await running.waitFor(
      ({ extensions, findings: { length } }) => extensions.length === 2 && length > 0,
    );
    expect(findings.map(({ reason }) => reason)).toContain('NotRemembered');
    expect(JSON.stringify(await running.sql('SHOW dynamic_library_path'))).toContain('/uuid-ossp/');
    await day.wait(2_000, 2_500);
    expect(running.log().filter(({ msg }) => msg.includes('could not be remembered'))).toHaveLength(1);
    rmSync(obstacle, { recursive: true });
    await running.waitFor((status) => !status.findings.some(({ reason }) => reason === 'NotRemembered'));
    await load.progress(30);
    expect(load.ledger().lostSessions).toBe(0);
    expect((await running.status()).postgres).toMatchObject({ starts: 1, crashRestarts: 0 });
  },
});
