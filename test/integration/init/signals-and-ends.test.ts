import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { needsNamespaces, type RunningInit, startInit, until } from './running-init.ts';

beforeEach(needsNamespaces);

const forwarded = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const;
const kept = ['SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGWINCH', 'SIGCONT', 'SIGPIPE', 'SIGTSTP'] as const;

describe.concurrent('the end of a manager that meant to end', () => {
  test.each([0, 7, 255])('with code %i is the end of the container with that code', async (code) => {
    await using init = await startInit();
    const manager = await init.manager();
    manager.say('listening', 'end');
    manager.exit(code);
    expect(await init.exited).toEqual({ code, signal: null });
    expect(init.output()).toBe('');
  });

  test('by a signal is an end with 128 and its number', async () => {
    await using init = await startInit();
    const manager = await init.manager();
    manager.say('end');
    manager.kill('SIGKILL');
    expect(await init.exited).toEqual({ code: 137, signal: null });
  });

  test('is seen also when its last words come in pieces and it has closed nothing', async () => {
    await using init = await startInit();
    const manager = await init.manager();
    manager.sayRaw('list');
    await delay(20);
    manager.sayRaw('ening\nen');
    await delay(20);
    manager.sayRaw('d\n');
    manager.exit(3);
    expect(await init.exited).toEqual({ code: 3, signal: null });
  });

  test('stops a PostgreSQL that it has left behind, and waits for it', async () => {
    await using init = await startInit();
    const manager = await init.manager();
    const pid = await manager.spawn('trap "sleep 0.3; echo is shut down; exit 0" INT; while :; do sleep 0.05; done');
    manager.say(`guard ${pid} 20`, 'end');
    manager.exit(78);
    expect(await init.exited).toEqual({ code: 78, signal: null });
    expect(init.output()).toBe('is shut down\n');
  });
});

describe.concurrent('signals', () => {
  test('are held until the manager listens, and then each one comes once', async () => {
    await using init = await startInit();
    const manager = await init.manager();
    for (const signal of [...forwarded, ...forwarded]) init.signal(signal);
    await delay(200);
    expect(signalsOf(manager)).toEqual([]);
    manager.say('listening');
    for (const signal of forwarded) await manager.gets(signal);
    await delay(100);
    expect(signalsOf(manager).sort()).toEqual([...forwarded].sort());
  });

  test('come at once to a manager that listens, and as often as they are sent', async () => {
    await using init = await startInit();
    const manager = await init.manager();
    manager.say('listening');
    for (const count of [1, 2, 3]) {
      init.signal('SIGTERM');
      await until('a signal', () => signalsOf(manager).length >= count);
      expect(signalsOf(manager)).toHaveLength(count);
    }
  });

  test('that are no requests to the manager stay with the init', async () => {
    await using init = await startInit();
    const manager = await init.manager();
    manager.say('listening');
    for (const signal of kept) init.signal(signal);
    init.signal('SIGHUP');
    await manager.gets('SIGHUP');
    await delay(100);
    expect(signalsOf(manager)).toEqual(['SIGHUP']);
    expect(await untilItEnds(init, manager)).toEqual({ code: 0, signal: null });
  });

  test('that came to a manager that has died come to the next one', async () => {
    await using init = await startInit();
    const first = await init.manager();
    first.say('listening');
    init.signal('SIGTERM');
    await first.gets('SIGTERM');
    first.kill();
    const second = await init.manager();
    expect(signalsOf(second)).toEqual([]);
    second.say('listening');
    await second.gets('SIGTERM');
  });

  test('that came to a manager before it listened come to the next one', async () => {
    await using init = await startInit();
    const first = await init.manager();
    init.signal('SIGHUP');
    init.signal('SIGINT');
    await delay(50);
    first.kill();
    const second = await init.manager();
    second.say('listening');
    await second.gets('SIGINT');
    await second.gets('SIGHUP');
  });

  test('to stop end the wait for the next start of a manager, and reach nobody else', async () => {
    const inItsGroup = ['sh', '-c', 'trap "echo its group, too" TERM; "$0" "$@"; exit'];
    await using init = await startInit({ isChild: true, wrapper: inItsGroup });
    const first = await init.manager();
    first.say('listening');
    first.kill();
    const second = await init.manager();
    second.say('listening');
    second.kill(); // the third start comes a second later
    await until('the second death', () => /again.*\n.*again/.test(init.output()));
    const sentAtMs = performance.now();
    init.signal('SIGTERM');
    const third = await init.manager();
    expect(third.startedAtMs - sentAtMs).toBeLessThan(800);
    third.say('listening');
    await third.gets('SIGTERM');
    expect(await untilItEnds(init, third)).toEqual({ code: 0, signal: null });
    expect(init.output()).not.toContain('its group');
  });

  test('reach a manager that has stepped down, also where root has no CAP_KILL', async () => {
    const capabilities = ['setpriv', '--bounding-set', '-kill', '--inh-caps', '-kill'];
    await using init = await startInit({ wrapper: capabilities });
    const manager = await init.manager();
    manager.say('listening');
    manager.becomeNobody();
    init.signal('SIGTERM');
    await manager.gets('SIGTERM');
    const helper = await manager.spawn('exec sleep 600', false);
    expect(helper).toBeGreaterThan(1);
    manager.kill();
    const next = await init.manager();
    expect(await next.processes()).toEqual([1, next.pid]);
  });
});

function signalsOf(manager: { readonly reports: readonly { readonly kind: string; readonly signal?: string }[] }) {
  return manager.reports.flatMap((report) => (report.kind === 'signal' ? [report.signal] : []));
}

async function untilItEnds(init: RunningInit, manager: Awaited<ReturnType<RunningInit['manager']>>) {
  manager.say('end');
  manager.exit(0);
  return init.exited;
}
