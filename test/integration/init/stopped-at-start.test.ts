import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { type InstanceFolder, type InstanceFolderOptions, instanceFolder } from '../run/instance-folder.ts';
import { clusterState, startContainer } from './real-manager.ts';
import { needsNamespaces, until } from './running-init.ts';

beforeEach(needsNamespaces);

const lastMs = 100;
const stepMs = 2;
const lanes = 2;

interface Outcome {
  readonly afterMs: number;
  readonly code: number | null;
  readonly cluster: string | undefined;
}

async function stoppedAfter(place: InstanceFolder, afterMs: number): Promise<Outcome> {
  const container = await startContainer(place, {}, ['--initdb-args', '--no-sync']);
  const pid = await until('the init', container.holdingInitPid);
  await delay(afterMs);
  sendSignal(pid, 'SIGTERM');
  const { code } = await container.outside.exited;
  return { afterMs, code, cluster: clusterState(place.dataDirectory) };
}

/** Each lane takes every other moment; in a folder of its own each time, or in one for all. */
async function stopAtEachMoment(options: InstanceFolderOptions, isAnew: boolean): Promise<readonly Outcome[]> {
  const all = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const outcomes: Outcome[] = [];
      let place = await instanceFolder(options);
      for (let afterMs = lane * stepMs; afterMs < lastMs; afterMs += lanes * stepMs) {
        if (isAnew && outcomes.at(-1)?.cluster !== undefined) {
          await place.remove();
          place = await instanceFolder(options);
        }
        outcomes.push(await stoppedAfter(place, afterMs));
      }
      await place.remove();
      return outcomes;
    }),
  );
  return all.flat();
}

describe('SIGTERM at every moment of the start ends the container with 0', () => {
  test('on a cluster, which is shut down then', async () => {
    const outcomes = await stopAtEachMoment({}, false);
    expect(outcomes).toHaveLength(lastMs / stepMs);
    expect(outcomes.filter(({ code, cluster }) => code !== 0 || cluster !== 'shut down')).toEqual([]);
  });

  test('on an empty folder, where there is no cluster then, or one that is shut down', async () => {
    const outcomes = await stopAtEachMoment({ data: 'empty' }, true);
    const allowed = ['shut down', undefined];
    expect(outcomes.filter(({ code, cluster }) => code !== 0 || !allowed.includes(cluster))).toEqual([]);
  });

  test.each([150, 300, 600, 900])('also %i ms after it, while initdb runs or PostgreSQL starts', async (afterMs) => {
    await using place = await instanceFolder({ data: 'empty' });
    const { code, cluster } = await stoppedAfter(place, afterMs);
    expect(code).toBe(0);
    expect(['shut down', undefined]).toContain(cluster);
  });
});
