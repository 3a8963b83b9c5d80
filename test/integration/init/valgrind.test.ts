import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { needsNamespaces, startInit, statesOfChildren, until } from './running-init.ts';

const valgrind = ['valgrind', '--quiet', '--error-exitcode=99', '--leak-check=full', '--show-leak-kinds=all'] as const;

test('the whole story has no wrong access to memory, no leak, and no descriptor too many, as valgrind sees it', async (context) => {
  needsNamespaces(context);
  context.skip(spawnSync('valgrind', ['--version']).status !== 0, 'valgrind is not installed');
  await using init = await startInit({ build: 'plain', wrapper: valgrind });
  const folder = temporaryFolder('lock');
  const first = await init.manager();
  init.signal('SIGTERM');
  const postmaster = await first.spawn('echo word; sleep 600');
  first.sayRaw('lis');
  first.say('tening', 'garbage', 'y'.repeat(10_000), `guard ${postmaster} 20`, `lock ${folder}`, 'lock /nonexistent');
  await first.gets('SIGTERM');
  await first.hears('unlockable');
  await first.spawn('for i in $(seq 50); do (sh -c "exit 2" &); done');
  await until('no orphan', () => statesOfChildren(init.pid()).length === 1 || undefined);
  const descriptors = descriptorsOf(init.pid());
  first.kill();
  const second = await init.manager();
  second.say('listening', `lock ${folder}`);
  await second.gets('SIGTERM');
  await second.hears('locked');
  second.dieTogetherWith(postmaster);
  init.signal('SIGINT');
  const third = await init.manager();
  await third.hears(`exited ${postmaster} signal 15`);
  third.say('listening');
  await third.gets('SIGINT');
  expect(descriptorsOf(init.pid())).toEqual(descriptors);
  const next = await third.spawn('trap "echo its last words; exit" INT; while :; do sleep 0.1; done');
  third.say(`guard ${next} 20`);
  for (let death = 3; death <= 6; death += 1) {
    const manager = death === 3 ? third : await init.manager();
    manager.kill();
    await until('the word of it', () => init.output().split('the manager was killed').length > death || undefined);
    if (death < 6) init.signal('SIGTERM');
  }
  expect(await init.exited).toEqual({ code: 70, signal: null });
  expect(init.output()).toContain('its last words\n');
  expect(init.output()).not.toContain('==1==');
});

/** What it has open. Valgrind keeps its own apart, from 1024 on. */
function descriptorsOf(pid: number): readonly number[] {
  const all = readdirSync(`/proc/${pid}/fd`).map(Number);
  return all.filter((descriptor) => descriptor < 1_000).sort((one, other) => one - other);
}
