import { describe, expect, test } from 'vitest';
import { renderRememberedFiles } from '../../../src/configuration/remembered-files.ts';
import type { Action, Outcome } from '../../../src/reconcile/action.ts';
import type { World } from '../../../src/reconcile/observe-world.ts';
import type { ObservedInstance } from '../../../src/reconcile/plan.ts';
import { type PassPorts, type PassReport, pass } from '../../../src/reconcile/reconciler.ts';
import { anAppliedImage } from '../../support/a-leaving-image.ts';
import { aDesiredState } from '../../support/a-snapshot.ts';
import { aWorld } from '../../support/an-extension.ts';
import { type FakeInstanceTraits, fakeInstance, obliging } from '../../support/fake-instance.ts';

/** A pass over a fake instance; `calls` has what was asked of the ports, in order. */
function aPassOver(
  traits: Partial<FakeInstanceTraits> = {},
  initial: Partial<ObservedInstance> = {},
  changes: Partial<World> = {},
) {
  const world = aWorld(changes, { restartPolicy: 'automatic' });
  const desired = aDesiredState(world);
  const rememberedText = renderRememberedFiles({ sha256: 'f00d', files: [] });
  const instance = fakeInstance({ ...obliging, ...traits }, { rememberedText, ...initial });
  const calls: string[] = [];
  const reports: PassReport[] = [];
  const looks: (readonly string[])[] = [];
  const act = async (action: Action): Promise<Outcome> => {
    calls.push(action.kind);
    return instance.apply(action, desired.settings);
  };
  const ports: PassPorts = {
    readConfiguration: () => {
      calls.push('read');
      return { configuration: world.configuration, files: [], sha256: 'f00d', problems: [], warnings: [] };
    },
    observeWorld: (configuration) => {
      calls.push('look at the disk');
      return { ...world, configuration };
    },
    desire: () => desired,
    observe: async (_desired, _world, refusedSha256) => {
      calls.push('observe');
      return instance.observe(refusedSha256);
    },
    executors: {
      'install-settings': act,
      'start-postmaster': act,
      'remember-applied': act,
      'remember-configuration': act,
      reload: act,
      restart: act,
    },
    beforeActing: (soFar) => {
      looks.push(soFar.outcomes.map(({ action, outcome }) => `${action.kind} ${outcome.kind}`));
    },
    report: (report) => {
      calls.push('report');
      reports.push(report);
    },
  };
  return { ports, calls, reports, looks, desired, done: () => instance.done.map((action) => action.kind) };
}

const never = (): boolean => false;

describe('a pass', () => {
  test('reads once, and looks again after each action until nothing is left to do', async () => {
    const { ports, calls } = aPassOver();
    await pass(ports, never);
    expect(calls).toEqual([
      ...[
        'read',
        'look at the disk',
        'observe',
        'install-settings',
        'observe',
        'start-postmaster',
        'observe',
        'report',
      ],
    ]);
  });

  test('does nothing where there is nothing to do, and reports that too', async () => {
    const { ports, calls, reports, desired } = aPassOver(
      {},
      { postmaster: 'accepting', installedText: aDesiredState(aWorld()).settings.text, ...loaded() },
    );
    await pass(ports, never);
    expect(calls).toEqual(['read', 'look at the disk', 'observe', 'report']);
    expect(reports).toMatchObject([{ outcomes: [], desired: { settings: desired.settings } }]);
  });

  test('reports once, at the end, all that was done', async () => {
    const { ports, reports } = aPassOver();
    await pass(ports, never);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.outcomes.map(({ action, outcome }) => `${action.kind} ${outcome.kind}`)).toEqual([
      'install-settings done',
      'start-postmaster done',
    ]);
    expect(reports[0]?.observed.postmaster).toBe('accepting');
  });

  test('asks before each step whether it may be taken, with what was done so far', async () => {
    const { ports, looks } = aPassOver();
    await pass(ports, never);
    expect(looks).toEqual([[], ['install-settings done']]);
  });

  test('takes no step that may not be taken', async () => {
    const { ports, done } = aPassOver();
    const refusing = {
      ...ports,
      beforeActing: (): void => {
        throw new Error('not with these findings');
      },
    };
    await expect(pass(refusing, never)).rejects.toThrow('not with these findings');
    expect(done()).toEqual([]);
  });

  test('ends when the same plan comes twice, because the action did not do what it was thought to do', async () => {
    const { ports, reports, done } = aPassOver(
      { reloadWorks: false },
      { postmaster: 'accepting', ...loaded('sha-old') },
    );
    await pass(ports, never);
    expect(done()).toEqual(['install-settings', 'reload']);
    expect(reports.at(-1)?.outcomes.at(-1)?.outcome).toEqual({ kind: 'failed', reason: 'not seen' });
  });

  test('does not try again settings that PostgreSQL has refused, and starts it with the ones before', async () => {
    const { ports, reports, done, desired } = aPassOver({ refuses: () => true }, { installedText: 'old' });
    await pass(ports, never);
    expect(done()).toEqual(['install-settings', 'start-postmaster']);
    expect(reports.at(-1)?.observed.refusedSha256).toBe(desired.settings.sha256);
  });

  test('tries the refused settings again in the next pass', async () => {
    const { ports, done } = aPassOver({ refuses: () => true }, { installedText: 'old' });
    await pass(ports, never);
    await pass(ports, never);
    expect(done()).toEqual(['install-settings', 'start-postmaster', 'install-settings']);
  });

  describe('with an image that was not applied before', () => {
    const applied = { images: [anAppliedImage('geo')], preload: [] };

    test('remembers it before anything of it is in force', async () => {
      const { ports, done } = aPassOver({}, {}, { applied });
      await pass(ports, never);
      expect(done()).toEqual(['remember-applied', 'install-settings', 'start-postmaster']);
    });

    test('starts PostgreSQL also when that cannot be remembered, and tries it again in the next pass', async () => {
      const { ports, done, reports } = aPassOver({ isDiskFull: true }, {}, { applied });
      await pass(ports, never);
      expect(done()).toEqual(['remember-applied', 'install-settings', 'start-postmaster']);
      expect(reports.at(-1)?.outcomes[0]).toMatchObject({ outcome: { kind: 'failed', reason: 'no space left' } });
      await pass(ports, never);
      expect(done()).toEqual(['remember-applied', 'install-settings', 'start-postmaster', 'remember-applied']);
    });
  });

  test('restarts once for reasons that do not go away', async () => {
    const { ports, done } = aPassOver(
      { restartHelps: false },
      { postmaster: 'accepting', restart: { isRequired: true, key: 'PATH', madeFor: undefined } },
    );
    await pass(ports, never);
    await pass(ports, never);
    expect(done().filter((kind) => kind === 'restart')).toHaveLength(1);
  });

  test('does nothing any more when the manager is to stop', async () => {
    const { ports, done, reports } = aPassOver();
    await pass(ports, () => true);
    expect(done()).toEqual([]);
    expect(reports).toEqual([]);
  });

  test('takes no further step when the stop comes during one', async () => {
    const { ports, done } = aPassOver();
    await pass(ports, () => done().length > 0);
    expect(done()).toEqual(['install-settings']);
  });

  test('does not act on a look during which the stop came', async () => {
    const { ports, calls, done } = aPassOver();
    await pass(ports, () => calls.includes('observe'));
    expect(done()).toEqual([]);
  });

  test('lets the unexpected through', async () => {
    const { ports } = aPassOver();
    const broken = { ...ports, observe: () => Promise.reject(new Error('disk full')) };
    await expect(pass(broken, never)).rejects.toThrow('disk full');
  });
});

function loaded(sha256: string = aDesiredState(aWorld()).settings.sha256): Partial<ObservedInstance> {
  return { loadedSha256: sha256, announcedSha256: sha256 };
}
