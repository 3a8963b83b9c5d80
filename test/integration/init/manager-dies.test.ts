import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { sendSignal } from '../../support/send-signal.ts';
import { type InstanceFolder, instanceFolder } from '../run/instance-folder.ts';
import { clusterState, type RealContainer, startContainer } from './real-manager.ts';
import { needsNamespaces, statesOfChildren, until } from './running-init.ts';

beforeEach(needsNamespaces);

/** Half a second on a machine that has time, and one more for the second death in a row. */
const mostMs = 10_000;

/** Sessions that commit one row after the other; `stop` gives how many each of them has committed. */
async function writers(manager: RunningManager, sessions: number) {
  await manager.sql('CREATE TABLE IF NOT EXISTS written (writer int, number int)');
  const held = { isOver: false };
  const all = Array.from({ length: sessions }, async (_, writer) => {
    const client = await manager.client();
    for (let number = 0; ; number += 1) {
      if (held.isOver) return number;
      await client.query('INSERT INTO written VALUES ($1, $2)', [writer, number]);
    }
  });
  return {
    stop: async () => {
      held.isOver = true;
      return Promise.all(all); // one failed statement is a failed test
    },
  };
}

/** Nothing that a client sends fills the heap, so a signal does. */
const gluttony = `
process.on('SIGUSR2', () => {
  for (const eaten = []; ; ) eaten.push(new Array(10_000).fill(eaten));
});
`;

describe('a manager that dies under load', () => {
  let place: InstanceFolder;
  let container: RealContainer;
  beforeAll(async () => {
    place = await instanceFolder();
  });
  afterAll(() => place?.remove());

  /** How long after the death the status is there again and says that all is well with the same postmaster. */
  async function recoveryMs(postmaster: number | null, manager: number): Promise<number> {
    const startMs = performance.now();
    await container.outside.waitFor((status) => status.manager.pid !== manager && status.postgres.ready);
    const tookMs = performance.now() - startMs;
    const { postgres } = await container.outside.status();
    expect(postgres).toMatchObject({ pid: postmaster, crashes: 0 });
    return tookMs;
  }

  test('costs no statement and no connection, and the status is soon true again', async () => {
    container = await startContainer(place);
    const { outside, initPid, managerPid } = container;
    const { postgres, manager } = await outside.ready();
    const load = await writers(outside, 4);
    const witness = await outside.client();
    await witness.query('SET log_min_messages = log');
    await delay(300);
    sendSignal(managerPid(), 'SIGKILL');
    expect(await recoveryMs(postgres.pid, manager.pid)).toBeLessThan(mostMs);
    // The second death is followed by a second without a manager.
    const second = (await outside.status()).manager.pid;
    sendSignal(managerPid(), 'SIGKILL');
    await until('the death', () => managerPid() === undefined || undefined);
    await witness.query(`DO $$ BEGIN FOR i IN 1..500 LOOP RAISE LOG 'nobody hears %', i; END LOOP; END $$`);
    expect(managerPid()).toBeUndefined();
    expect(await recoveryMs(postgres.pid, second)).toBeLessThan(mostMs);
    for (const number of [1, 250, 500]) {
      await outside.waitForLog(({ msg }) => msg.endsWith(`nobody hears ${number}`));
    }
    const counts = await load.stop();
    const rows = await outside.sql('SELECT count(*)::int AS rows FROM written');
    expect(rows).toEqual([{ rows: counts.reduce((sum, count) => sum + count, 0) }]);
    for (const count of counts) expect(count).toBeGreaterThan(100);
    expect(statesOfChildren(initPid() ?? 0)).not.toContain('Z');
  });

  test('is not needed for orphans: a thousand that exit with 2 leave no zombie and do not disturb PostgreSQL', async () => {
    const { outside, initPid } = container;
    const inside = ['nsenter', '--target', String(initPid()), '--pid', 'sh', '-c'] as const;
    const half = (script: string) => `for i in $(seq 500); do (${script} &); done`;
    await execa(inside[0], [...inside.slice(1), half('exit 2')]);
    await execa(inside[0], [...inside.slice(1), `sleep 1 | ${half('(read line <&7; exit 2)')} 7<&0`]);
    await until('the last of them', () => !statesOfChildren(initPid() ?? 0).includes('Z') || undefined);
    await until('the last of them', () => statesOfChildren(initPid() ?? 0).length === 2 || undefined);
    const { postgres } = await outside.status();
    expect(postgres).toMatchObject({ ready: true, crashes: 0 });
    expect(outside.output()).not.toMatch(/untracked child|terminating any other/);
  });

  test('is started again until it can take PostgreSQL on, when something is in the way', async () => {
    const { outside, managerPid, port } = container;
    const { postgres, manager } = await outside.status();
    sendSignal(managerPid(), 'SIGKILL');
    await until('the death', () => managerPid() === undefined || undefined);
    await delay(200); // its memory goes before its sockets
    const inTheWay = createServer().listen(port, '127.0.0.1');
    await until('a try', () => outside.output().includes('the manager exited with code 69'));
    await new Promise((resolve) => inTheWay.close(resolve));
    await outside.waitFor((status) => status.manager.pid !== manager.pid && status.postgres.ready, 15_000);
    expect((await outside.status()).postgres).toMatchObject({ pid: postgres.pid, crashes: 0 });
  });

  test('hands no descriptor of the channel on, and PostgreSQL has the log pipe alone', () => {
    const [postmaster, init] = [container.postmasterPid() ?? 0, container.initPid() ?? 0];
    const [out, err] = [1, 2].map((descriptor) => readlinkSync(`/proc/${postmaster}/fd/${descriptor}`));
    expect(out).toMatch(/^pipe:/);
    expect(err).toBe(out);
    // PostgreSQL has a signalfd of its own, and what starts the tests may leave them something, too.
    const common = linksOf(init).filter((link) => /^(pipe|socket)/.test(link) && !linksOf(process.pid).includes(link));
    expect(linksOf(postmaster).filter((link) => common.includes(link))).toEqual([out, out]);
  });

  test('at its heap limit does not take PostgreSQL with it either', async () => {
    await container.outside.stop('SIGKILL');
    await until('the end', () => container.initPid() === undefined || undefined);
    const glutton = join(place.folder, 'glutton.cjs');
    writeFileSync(glutton, gluttony);
    container = await startContainer(place, { NODE_OPTIONS: `--max-old-space-size=28 --require=${glutton}` });
    const { outside, managerPid } = container;
    const { postgres, manager } = await outside.ready();
    const load = await writers(outside, 2);
    const before = managerPid();
    sendSignal(before, 'SIGUSR2');
    await until('the death', () => managerPid() !== before || undefined, 20_000);
    expect(await recoveryMs(postgres.pid, manager.pid)).toBeLessThan(mostMs);
    expect(outside.output()).toContain('heap out of memory');
    for (const count of await load.stop()) expect(count).toBeGreaterThan(100);
  });

  test('leaves PostgreSQL such that a request to stop, which comes while there is no manager, ends it cleanly', async () => {
    const { outside, initPid, managerPid } = container;
    sendSignal(managerPid(), 'SIGKILL');
    await until('the death', () => managerPid() === undefined || undefined);
    sendSignal(initPid(), 'SIGTERM');
    expect(await outside.exited).toEqual({ code: 0, signal: null });
    expect(outside.output()).toContain('database system is shut down');
    expect(clusterState(place.dataDirectory)).toBe('shut down');
  });
});

function linksOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${descriptor}`)];
    } catch {
      return []; // the one that the folder was read with
    }
  });
}
