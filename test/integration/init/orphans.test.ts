import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import {
  type FakeManager,
  needsNamespaces,
  type RunningInit,
  startInit,
  statesOfChildren,
  until,
} from './running-init.ts';

beforeEach(needsNamespaces);

/** 500 one after the other, and 500 that end at the same moment: each when it has read a line from the gate. */
const thousandOrphans = (gate: string): string => `
  for i in $(seq 500); do (exit 2 &); done
  for i in $(seq 500); do ({ read line <${gate}; exit 2; } &); done
`;

async function leavesNoZombie(init: RunningInit, manager: FakeManager): Promise<void> {
  const gate = join(temporaryFolder('orphans'), 'gate');
  await execa('mkfifo', [gate]);
  const descriptor = openSync(gate, 'r+');
  try {
    const pid = await manager.spawn(thousandOrphans(gate));
    await until('the last of them', () => statesOfChildren(init.pid()).length > 500 || undefined, 50_000);
    writeSync(descriptor, '\n'.repeat(500));
    await until('their end', () => statesOfChildren(init.pid()).length === 1 || undefined, 50_000);
    expect(manager.reports.filter(({ kind }) => kind === 'heard')).toEqual([]); // they are none of its business
    expect(pid).toBeGreaterThan(1);
  } finally {
    closeSync(descriptor);
  }
}

describe.concurrent('a thousand orphans that exit with 2', () => {
  test('are all reaped by the first process of a container', async () => {
    await using init = await startInit();
    await leavesNoZombie(init, await init.manager());
  });

  test('are reaped by a child of somebody else, too', async () => {
    await using init = await startInit({ isChild: true });
    await leavesNoZombie(init, await init.manager());
  });

  test('are reaped while nobody reads what the init writes', async () => {
    await using init = await startInit({ isUnread: true });
    const first = await init.manager();
    first.say('listening');
    // The output is full, and the init has something to say about the death of its manager.
    first.fillOutput();
    await delay(200);
    first.kill();
    const second = await init.manager();
    second.say('listening');
    const helper = await second.spawn('for i in $(seq 100); do (sh -c "exit 2" &); done; sleep 600');
    expect(helper).toBeGreaterThan(1);
    await delay(500);
    await until('no orphan', () => (statesOfChildren(init.pid()).length === 1 ? true : undefined));
    init.signal('SIGTERM');
    await second.gets('SIGTERM');
    second.say('end');
    second.exit(0);
    expect(await init.exited).toEqual({ code: 0, signal: null });
  });
});

describe.concurrent('the end of a postmaster that lost its manager', () => {
  test.each([
    { script: 'sleep 3; exit 3', end: 'code 3' },
    { script: 'sleep 3; kill -ABRT $$', end: 'signal 6' },
  ])('is told to the next manager: $end', async ({ script, end }) => {
    await using init = await startInit();
    const first = await init.manager();
    const pid = await first.spawn(script);
    first.say(`guard ${pid} 20`);
    first.kill();
    const second = await init.manager();
    expect(second.reports).toHaveLength(1);
    await second.hears(`exited ${pid} ${end}`);
  });

  test('is told also when it came while there was no manager, and again until one has understood', async () => {
    await using init = await startInit();
    const first = await init.manager();
    const pid = await first.spawn('sleep 600');
    first.say(`guard ${pid} 20`);
    first.kill();
    const second = await init.manager();
    await second.processes();
    second.dieTogetherWith(pid);
    const third = await init.manager();
    await third.hears(`exited ${pid} signal 15`);
    third.kill();
    const fourth = await init.manager();
    await fourth.hears(`exited ${pid} signal 15`);
    fourth.say('guard 0 20');
    fourth.kill();
    const fifth = await init.manager();
    fifth.say('listening', 'lock /nonexistent');
    await fifth.hears('unlockable');
    expect(fifth.reports.filter(({ kind }) => kind === 'heard')).toHaveLength(1);
  }, 20_000);

  test('is not told of others, and not to a manager that has said that there is none', async () => {
    await using init = await startInit();
    const first = await init.manager();
    const pid = await first.spawn('sleep 0.4; exit 1');
    first.say(`guard ${pid} 20`, 'guard 0 20');
    first.kill();
    const second = await init.manager();
    await until('the end', () => (statesOfChildren(init.pid()).length === 1 ? true : undefined));
    second.say('lock /nonexistent');
    await second.hears('unlockable');
    expect(second.reports.filter(({ kind }) => kind === 'heard')).toHaveLength(1);
  });
});
