import { expect } from 'vitest';
import type { Scenario } from './scenario.ts';

export interface RefusedParameters {
  readonly name: string;
  readonly parameters: string;
  /** Why PostgreSQL does not take them. */
  readonly says: RegExp;
}

/** What PostgreSQL would not start with never gets into its files, neither at run time nor at a start. */
export function refusedParameters({ name, parameters, says }: RefusedParameters): Scenario {
  return {
    name,
    says: [says, /finding is gone/],
    ends: 'stopped',
    instance: { configuration: 'parameters: { work_mem: 5MB }\n' },
    run: async (day) => {
      const { running } = await day.start();
      const load = await day.load();
      await day.wait(50, 500);
      day.place.writeConfiguration(`parameters: { work_mem: 6MB, ${parameters} }\n`);
      const { findings } = await running.waitFor(({ configuration }) => configuration.state === 'refused');
      expect(findings).toMatchObject([
        { severity: 'error', reason: 'SettingsRefused', message: expect.stringMatching(says) },
      ]);
      // A reload by somebody else finds nothing wrong either.
      await running.sql('SELECT pg_reload_conf()');
      await load.progress(30);
      expect(load.ledger().lostSessions).toBe(0);
      await running.stop();

      const { running: next } = await day.start({ unready: true });
      const status = await next.waitFor(({ postgres }) => postgres.ready, 20_000);
      expect(status.configuration.state).toBe('refused');
      expect(await next.sql('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
      day.place.writeConfiguration('parameters: { work_mem: 7MB }\n');
      await next.waitFor((now) => now.configuration.state === 'applied' && now.findings.length === 0);
      expect(await next.sql('SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
      await load.progress(30);
    },
  };
}
