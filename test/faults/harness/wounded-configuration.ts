import { expect } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import type { Day, StartOptions } from './day.ts';
import type { Scenario } from './scenario.ts';

export interface Wound {
  readonly name: string;
  /** What is wrong with the configuration, in the log and in the status. */
  readonly says: RegExp;
  /** Makes it so that it cannot be used any more. */
  readonly wound: (day: Day) => void;
  /** Makes it usable again; it has then the text that is given. */
  readonly heal: (day: Day, text: string) => void;
  readonly start?: StartOptions;
  readonly lacks?: Scenario['lacks'];
}

function workMem(megabytes: number): string {
  return `parameters: { work_mem: ${megabytes}MB }\n`;
}

/** Under load a configuration goes bad, which changes nothing but what the status says, and is mended. */
export function woundedConfiguration({ name, says, wound, heal, start, lacks }: Wound): Scenario {
  return {
    name,
    says: [says, /finding is gone/],
    ends: 'stopped',
    instance: { configuration: workMem(5) },
    ...(lacks === undefined ? {} : { lacks }),
    run: async (day) => {
      const { running } = await day.start(start);
      const load = await day.load();
      const { configuration: good } = await running.status();
      await day.wait(50, 500);
      wound(day);
      const { configuration, postgres, findings } = await running.waitFor(
        (status) => status.configuration.state === 'invalid',
      );
      expect(findings[0]).toMatchObject({ severity: 'error', reason: 'ConfigurationInvalid' });
      expect(findings[0]?.message).toMatch(says);
      expect(configuration.settings).toEqual(good.settings);
      expect(postgres).toMatchObject({ starts: 1, ready: true });
      const answer = await running.control('POST', '/reload');
      expect(answer).toMatchObject({ statusCode: 500, body: expect.stringMatching(says) });
      await untilWorkMemIs(running, 5);
      await load.progress(30);
      await day.wait(50, 500);
      heal(day, workMem(6));
      await untilWorkMemIs(running, 6);
      await running.waitFor((status) => status.configuration.state === 'applied' && status.findings.length === 0);
      expect((await running.status()).postgres).toMatchObject({ starts: 1, crashRestarts: 0 });
      expect(load.ledger().lostSessions).toBe(0);
    },
  };
}

async function untilWorkMemIs(running: RunningManager, megabytes: number): Promise<void> {
  await expect.poll(() => running.sql('SHOW work_mem'), { timeout: 10_000 }).toEqual([{ work_mem: `${megabytes}MB` }]);
}
