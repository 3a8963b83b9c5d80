import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { fakeManagerProgram } from './fake-manager.ts';
import { firstProcess, needsNamespaces, startInit, until } from './running-init.ts';

beforeEach(needsNamespaces);

describe.concurrent('where there is no room for another process', () => {
  test('the init says so, waits, and starts the manager when there is', async () => {
    // A user who has nothing else that runs; what is linked statically needs no other process to look at it.
    const oneProcess = ['setpriv', '--reuid=54321', '--clear-groups', 'prlimit', '--nproc=1:1000'];
    const node = { script: '#!/bin/sh\necho end >&3\nexit 2\n' };
    await using init = await startInit({ build: 'static', wrapper: oneProcess, node });
    await until('the word of it', () => init.output().includes('\n') || undefined);
    expect(init.output()).toContain('cannot be started (Resource temporarily unavailable); it is tried again');
    await delay(1_200);
    expect(init.output().split('\n').length).toBeGreaterThanOrEqual(3);
    const more = ['prlimit', '--nproc=1000:1000', '--pid', String(init.pid())];
    expect(spawnSync('setpriv', ['--reuid=54321', '--clear-groups', ...more]).status).toBe(0);
    expect(await init.exited).toEqual({ code: 2, signal: null });
  });
});

describe.concurrent('on a terminal', () => {
  // With `tostop`, a process of a background group that writes to the terminal is stopped.
  const script = `exec script --quiet --return --command "stty tostop; exec ${firstProcess.join(' ')} $*" /dev/null`;

  test('a Ctrl-C reaches the init alone, and the manager may write whatever the terminal says', async () => {
    await using init = await startInit({
      isChild: true,
      wrapper: ['sh', '-c', script, 'sh'],
      program: `${fakeManagerProgram} process.stdout.write('is a terminal: ' + process.stdout.isTTY + '\\n');`,
    });
    const manager = await init.manager();
    manager.say('listening');
    await until('the line', () => init.output().includes('is a terminal: true') || undefined);
    init.type('\u0003');
    await manager.gets('SIGINT');
    await manager.processes();
    expect(manager.reports.filter(({ kind }) => kind === 'signal')).toHaveLength(1);
    manager.kill();
    const next = await init.manager();
    await until('the word of it', () => init.output().includes('started again') || undefined);
    next.say('end');
    next.exit(8);
    expect(await init.exited).toEqual({ code: 8, signal: null });
  });
});
