import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

function configuration(workMem: number): string {
  return `parameters:
  work_mem: ${workMem}MB
  log_min_duration_statement: 10s
extensions:
  - name: hstore
  - name: uuid-ossp
    ld_library_path: [system]
`;
}

faultTest({
  name: 'A configuration file that is written in pieces, with pauses, lets go of nothing that is used, and is in force when it is whole',
  says: [/instance\.yaml: found nothing any more|The image uuid-ossp left the configuration|instance\.yaml:\d+:\d+: /],
  ends: 'stopped',
  instance: { configuration: configuration(5), images: ['hstore', 'uuid-ossp'] },
  run: async (day) => {
    const file = join(day.place.configurationDirectory, 'instance.yaml');
    const { running } = await day.start();
    await running.sql('CREATE EXTENSION hstore');
    await running.sql('CREATE EXTENSION "uuid-ossp"');
    const load = await day.load();
    const text = configuration(6);
    writeFileSync(file, '');
    let written = 0;
    while (written < text.length) {
      await day.wait(50, 400);
      const next = Math.min(text.length, written + day.lots.between(10, 60));
      appendFileSync(file, text.slice(written, next));
      written = next;
      const [row] = await running.sql("SELECT 'a=>1'::hstore -> 'a' AS a, length(uuid_generate_v4()::text) AS length");
      expect(row).toEqual({ a: '1', length: 36 });
    }
    await running.waitFor(({ configuration: { state }, findings }) => state === 'applied' && findings.length === 0);
    expect(await running.sql('SHOW work_mem')).toEqual([{ work_mem: '6MB' }]);
    expect((await running.status()).postgres).toMatchObject({ starts: 1, crashRestarts: 0 });
    await load.progress(30);
    expect(load.ledger().lostSessions).toBe(0);
  },
});
