import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { RunningManager } from '../../support/running-manager.ts';
import { isServerProcess, listProcesses, postmastersAmong, readOptional } from './process-table.ts';
import type { Sample } from './sample.ts';

/** Looks at the world and at the status, over and over, from the first manager to the last. */
export interface Witness {
  readonly samples: () => readonly Sample[];
  /** All postmasters that were seen. */
  readonly postmasters: () => ReadonlySet<number>;
  readonly stop: () => Promise<void>;
}

export interface WitnessPorts {
  readonly dataDirectory: string;
  readonly socketFolder: string;
  /** The newest manager and the process that is it; undefined: none runs. */
  readonly manager: () => { readonly running: RunningManager; readonly pid: number } | undefined;
}

const eachMs = 100;
const clientEachMs = 400;
const patienceMs = 2_000;

export function startWitness(ports: WitnessPorts): Witness {
  const samples: Sample[] = [];
  const postmasters = new Set<number>();
  const held: { isOver: boolean; status: Sample['status']; statusAtMs: number; client: Sample['client'] } = {
    ...{ isOver: false, status: undefined, statusAtMs: 0, client: undefined },
  };

  async function askStatus(): Promise<void> {
    while (!held.isOver) {
      const manager = ports.manager();
      const asked = await Promise.race([
        manager?.running.status().catch(() => undefined),
        delay(patienceMs, undefined),
      ]);
      held.status = asked;
      held.statusAtMs = performance.now();
      await delay(eachMs);
    }
  }

  async function askServer(): Promise<void> {
    while (!held.isOver) {
      held.client = await tryClient(ports.socketFolder);
      await delay(clientEachMs);
    }
  }

  async function look(): Promise<void> {
    while (!held.isOver) {
      const processes = listProcesses();
      const found = postmastersAmong(processes, ports.dataDirectory);
      for (const { pid } of found) postmasters.add(pid);
      const { status, client } = held;
      held.client = undefined;
      samples.push({
        atMs: performance.now(),
        postmasters: found.map(({ pid, innerPid }) => ({ pid, innerPid })),
        serverProcesses: processes.filter((row) => isServerProcess(row, ports.dataDirectory)).length,
        lockFile: readOptional(`${ports.dataDirectory}/postmaster.pid`)?.split('\n')[0] ?? 'absent',
        managerPid: ports.manager()?.pid,
        status,
        client,
      });
      await delay(eachMs);
    }
  }

  const looking = Promise.all([askStatus(), askServer(), look()]);
  return {
    samples: () => samples,
    postmasters: () => postmasters,
    stop: async () => {
      held.isOver = true;
      await looking;
    },
  };
}

/** Any answer but "not now" lets clients in: a full server has let others in. */
async function tryClient(socketFolder: string): Promise<NonNullable<Sample['client']>> {
  const client = new pg.Client({
    ...{ host: socketFolder, user: 'postgres', database: 'postgres', application_name: 'witness' },
    ...{ connectionTimeoutMillis: patienceMs, query_timeout: patienceMs },
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return 'accepted';
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.code?.startsWith('57P') === true ? 'turned away' : 'accepted';
    return 'no answer';
  } finally {
    void client.end().catch(() => undefined);
  }
}
