import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { needsNamespaces, type RunningInit, startInit, statesOfChildren, until } from './running-init.ts';

beforeEach(needsNamespaces);

describe.concurrent('a manager that dies without having meant to', () => {
  test('takes what it ran for its own sake with it, and not the postmaster', async () => {
    await using init = await startInit();
    const first = await init.manager();
    first.say('listening');
    const [helper, postmaster] = [await first.spawn('sleep 600; :', false), await first.spawn('sleep 600; :')];
    expect(helper).toBeGreaterThan(1);
    first.kill();
    const second = await init.manager();
    const left = await second.processes();
    expect(left).toContain(postmaster);
    expect(left).not.toContain(helper);
    expect(left).toHaveLength(4); // the init, itself, the postmaster and its child
    expect(init.output()).toMatch(
      /^\{"level":"error","time":"[-0-9]+T[:0-9]+\.\d{3}Z","logger":"init","msg":"the manager was killed by signal 9; .+"\}\n$/,
    );
  });

  test('is started again also when it has exited with 0', async () => {
    await using init = await startInit();
    (await init.manager()).exit(0);
    const second = await init.manager();
    expect(init.output()).toContain('the manager exited with code 0; it is started again');
    second.say('end');
    second.exit(0);
    expect(await init.exited).toEqual({ code: 0, signal: null });
  });

  test('leaves the log of PostgreSQL in the pipe for the next one', async () => {
    await using init = await startInit();
    const first = await init.manager();
    await first.spawn('sleep 0.2; echo while there was nobody; sleep 600');
    first.kill();
    const second = await init.manager();
    await delay(250);
    expect(await second.readLog()).toBe('while there was nobody\n');
  });

  test('is started again at once, then later and later, and the sixth time is the last', async () => {
    await using init = await startInit();
    const [starts, folder] = [[] as number[], temporaryFolder('ready')];
    const { pid: postmaster } = await stubbornPostmaster(init, folder, starts);
    for (let death = 1; death < 6; death += 1) {
      const manager = await init.manager();
      starts.push(manager.startedAtMs);
      manager.kill();
    }
    const pauses = starts.slice(1).map((startedAtMs, index) => startedAtMs - (starts[index] ?? 0));
    for (const [index, expectedMs] of [0, 1_000, 2_000, 4_000, 8_000].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(expectedMs);
      expect(pauses[index]).toBeLessThan(expectedMs + 900);
    }
    expect(await init.exited).toEqual({ code: 70, signal: null });
    expect(init.output()).toContain('it was started 6 times within a minute and cannot be kept alive');
    expect(postmaster).toBeGreaterThan(1);
    // Five megabytes are more than the pipe holds, so they were passed on, to the last line.
    expect(init.output().length).toBeGreaterThan(5_000_000);
    expect(init.output()).toContain('PostgreSQL got SIGINT\n');
    expect(init.output().endsWith('its last words\n')).toBe(true);
  }, 40_000);
});

/** Its first manager says that it is there, and dies. On SIGINT it writes a lot before it ends. */
async function stubbornPostmaster(init: RunningInit, folder: string, starts: number[]) {
  const first = await init.manager();
  starts.push(first.startedAtMs);
  const onInterrupt = 'echo PostgreSQL got SIGINT; head -c 5000000 /dev/zero | tr "\\0" x; echo; echo its last words';
  const pid = await first.spawn(
    `trap '${onInterrupt}; exit 0' INT; touch ${folder}/ready; while :; do sleep 0.05; done`,
  );
  await until('the trap', () => existsSync(join(folder, 'ready')) || undefined);
  first.say(`guard ${pid} 20`);
  first.kill();
  return { pid };
}

describe.concurrent('a manager that cannot be kept alive', () => {
  /** Dies six times in a row without any of the pauses: a request to stop ends each of them. */
  async function dieSixTimes(init: RunningInit, script: string, budget: number): Promise<void> {
    for (let death = 1; death <= 6; death += 1) {
      const manager = await init.manager();
      if (death === 1) manager.say(`guard ${await manager.spawn(script)} ${budget}`);
      manager.kill();
      await until('the word of it', () => init.output().split('the manager was killed').length > death || undefined);
      if (death < 6) init.signal('SIGTERM');
    }
  }

  test('is given up: what does not hear SIGINT within its budget gets SIGQUIT, frozen or not', async () => {
    await using init = await startInit();
    const script = `trap 'echo INT' INT; trap 'echo QUIT; exit 0' QUIT; echo; kill -STOP $$; while :; do sleep 0.05; done`;
    await dieSixTimes(init, script, 1);
    const startMs = performance.now();
    expect(await init.exited).toEqual({ code: 70, signal: null });
    expect(performance.now() - startMs).toBeGreaterThan(600);
    expect(init.output()).toMatch(/INT\n(.*\n)*QUIT\n/);
  });

  test('is given up although nobody reads the output, which must not block PostgreSQL', async () => {
    const folder = temporaryFolder('log');
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    // A pipe as container engines give one, with a reader that never reads.
    const intoFifo = `exec 9<>${folder}/fifo; exec "$0" "$@" >${folder}/fifo`;
    await using init = await startInit({ wrapper: ['sh', '-c', intoFifo] });
    const script = `trap 'head -c 5000000 /dev/zero; echo done > ${folder}/done; exit 0' INT; while :; do sleep 0.05; done`;
    for (let death = 1; death <= 6; death += 1) {
      const manager = await init.manager();
      if (death === 1) manager.say(`guard ${await manager.spawn(script)} 20`);
      manager.kill();
      await until('its end', () => !statesOfChildren(init.pid()).includes('Z') || undefined);
      await delay(100);
      if (death < 6) init.signal('SIGTERM');
    }
    expect(await init.exited).toEqual({ code: 70, signal: null });
    expect(readFileSync(join(folder, 'done'), 'utf8')).toBe('done\n');
  });

  test('is given up at once where there is no PostgreSQL', async () => {
    await using init = await startInit();
    const startMs = performance.now();
    await dieSixTimes(init, 'exit 0', 600);
    expect(await init.exited).toEqual({ code: 70, signal: null });
    expect(performance.now() - startMs).toBeLessThan(8_000);
  });
});
