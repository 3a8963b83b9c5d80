import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { faultTest } from '../harness/fault-test.ts';

const configuration = `parameters:
  work_mem: 5MB
extensions:
  - name: hstore
  - name: uuid-ossp
    ld_library_path: [system]
  - name: pg_stat_statements
shared_preload_libraries: [pg_stat_statements]
databases:
  - name: app
    extensions:
      - { name: hstore }
      - { name: uuid-ossp }
      - { name: pg_stat_statements }
`;

faultTest({
  name: 'A configuration file that is truncated to nothing is told, and takes no image and no database from anybody, over a restart too',
  says: [
    /instance\.yaml: found nothing any more, where there was a configuration, expected/,
    /The image uuid-ossp left the configuration but is still needed.*database app/,
  ],
  ends: 'stopped',
  instance: { configuration, images: ['hstore', 'uuid-ossp', 'pg_stat_statements'] },
  run: async (day) => {
    const file = join(day.place.configurationDirectory, 'instance.yaml');
    const { running } = await day.start();
    const load = await day.load();
    const areApplied = (rows: readonly { readonly applied: boolean | null }[]): boolean =>
      rows.every(({ applied }) => applied === true);
    await running.waitFor(({ databases }) =>
      databases.some(({ name, extensions }) => name === 'app' && extensions.length === 3 && areApplied(extensions)),
    );
    const use = "SELECT 'a=>1'::hstore -> 'a' AS a, length(uuid_generate_v4()::text) AS length";
    await day.wait(50, 500);
    truncateSync(file, 0);
    const reasonsAre = async (manager: typeof running, ...reasons: readonly string[]): Promise<void> => {
      await manager.waitFor(
        ({ findings }) =>
          JSON.stringify(findings.map(({ reason }) => reason).toSorted()) === JSON.stringify(reasons.toSorted()),
      );
    };
    const held = ['RemovalBlocked', 'RemovalBlocked', 'RemovalBlocked'] as const;
    await reasonsAre(running, 'ConfigurationWarning', ...held);
    expect((await running.status()).restartRequired.required).toBe(false);
    expect(await running.sql(use, { database: 'app' })).toEqual([{ a: '1', length: 36 }]);
    expect(load.ledger().lostSessions).toBe(0);

    // A node that crashes leaves such a file behind, too.
    await running.stop();
    const { running: next } = await day.start();
    await reasonsAre(next, ...held);
    expect(await next.sql(use, { database: 'app' })).toEqual([{ a: '1', length: 36 }]);
    await load.progress(30);
    writeFileSync(file, configuration);
    await reasonsAre(next);
    expect(await next.sql('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
  },
});
