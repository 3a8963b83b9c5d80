import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type FakeManager, needsNamespaces, startInit, until } from './running-init.ts';

beforeEach(needsNamespaces);

async function answerTo(manager: FakeManager, folder: string): Promise<string> {
  const before = manager.reports.length;
  manager.say(`lock ${folder}`);
  return until('an answer', () => manager.reports.slice(before).find((report) => report.kind === 'heard')?.line);
}

describe.concurrent('the lock of a folder', () => {
  test('keeps the manager of another container away until the first container ends', async () => {
    const folder = temporaryFolder('lock');
    await using init = await startInit();
    await using other = await startInit();
    const [first, second] = [await init.manager(), await other.manager()];
    expect(await answerTo(first, folder)).toBe('locked');
    expect(await answerTo(second, folder)).toBe('busy');
    first.kill();
    const next = await init.manager();
    expect(await answerTo(second, folder)).toBe('busy');
    expect(await answerTo(next, folder)).toBe('locked');
    next.say('end');
    next.exit(0);
    await init.exited;
    expect(await answerTo(second, folder)).toBe('locked');
  });

  test('is one of the folder, not of its name', async () => {
    const folder = temporaryFolder('lock');
    symlinkSync(folder, `${folder}/other-name`);
    await using init = await startInit();
    await using other = await startInit();
    expect(await answerTo(await init.manager(), folder)).toBe('locked');
    expect(await answerTo(await other.manager(), `${folder}/other-name`)).toBe('busy');
  });

  test('moves when another folder is asked for', async () => {
    const [folder, later] = [temporaryFolder('lock'), temporaryFolder('lock')];
    await using init = await startInit();
    await using other = await startInit();
    const [manager, stranger] = [await init.manager(), await other.manager()];
    expect(await answerTo(manager, folder)).toBe('locked');
    expect(await answerTo(manager, later)).toBe('locked');
    expect(await answerTo(stranger, later)).toBe('busy');
    expect(await answerTo(stranger, folder)).toBe('locked');
  });

  test('is not to be had where there is no folder', async () => {
    const folder = temporaryFolder('lock');
    writeFileSync(join(folder, 'file'), '');
    await using init = await startInit();
    const manager = await init.manager();
    for (const missing of ['missing', 'file', 'x'.repeat(300)]) {
      expect(await answerTo(manager, join(folder, missing))).toBe('unlockable');
    }
    expect(await answerTo(manager, '')).toBe('unlockable');
  });

  test('works for the longest path that there is, and is silent about a longer one', async () => {
    const folder = temporaryFolder('lock');
    const steps = Math.floor((4094 - folder.length) / 201);
    const deep = `${folder}${`/${'d'.repeat(200)}`.repeat(steps)}`;
    mkdirSync(deep, { recursive: true });
    await using init = await startInit();
    const manager = await init.manager();
    expect(await answerTo(manager, deep)).toBe('locked');
    manager.say(`lock ${deep.padEnd(5_000, '/')}`, 'lock /nonexistent');
    await manager.hears('unlockable');
    expect(manager.reports.filter(({ kind }) => kind === 'heard')).toHaveLength(2);
  });
});

describe.concurrent('what a manager says', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'guard',
      'guard -1 5',
      'guard 1',
      'guard x y',
      'guard 99999999999999999999 1',
      'listenin',
      'ende',
      ' end',
      '',
    ),
    fc.string({ maxLength: 200 }).filter((text) => !/^(end|guard .*)$/m.test(text)),
    fc.integer({ min: 1, max: 9_000 }).map((length) => `${'y'.repeat(length)}end`),
    fc.tuple(fc.integer({ min: 0, max: 400 }), fc.nat()).map(([pid, budget]) => `guard 10${pid} ${budget}`),
  );

  test('may be garbage, in any pieces; the init goes on and understands the next line', async () => {
    await using init = await startInit();
    const manager = await init.manager();
    const folder = temporaryFolder('lock');
    // a failure prints its seed
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), fc.integer({ min: 1, max: 4_000 }), async (lines, piece) => {
        const text = `${lines.join('\n')}\n`;
        for (let start = 0; start < text.length; start += piece) manager.sayRaw(text.slice(start, start + piece));
        expect(await answerTo(manager, folder)).toMatch('locked');
      }),
      { numRuns: 60 },
    );
    manager.say('guard 0 1', 'end');
    manager.exit(5);
    expect(await init.exited).toEqual({ code: 5, signal: null });
  });

  test('is no command when it is only the rest of a line that is too long', async () => {
    await using init = await startInit();
    const manager = await init.manager();
    for (const length of [4_158, 4_159, 4_160, 4_161, 8_316, 8_317, 8_318, 8_319]) {
      manager.sayRaw(`${'y'.repeat(length)}end\n`);
    }
    expect(await answerTo(manager, '/nonexistent')).toBe('unlockable');
    manager.exit(5);
    await init.manager();
    expect(init.output()).toContain('exited with code 5; it is started again');
  });

  test('may end with half a line, or be nothing at all because it has closed the channel', async () => {
    await using init = await startInit();
    const first = await init.manager();
    first.sayRaw('end');
    first.exit(5);
    const second = await init.manager();
    second.say('listening');
    second.close();
    await delay(50);
    init.signal('SIGTERM');
    await second.gets('SIGTERM');
    second.exit(0);
    const third = await init.manager();
    third.say('listening', 'end');
    await third.gets('SIGTERM');
    third.exit(6);
    expect(await init.exited).toEqual({ code: 6, signal: null });
  });

  test('may be more than it takes the time to hear the answers of', async () => {
    await using init = await startInit();
    const manager = await init.manager();
    manager.deafen(20_000);
    init.signal('SIGTERM');
    manager.say('listening');
    await manager.gets('SIGTERM');
    manager.say('end');
    manager.exit(0);
    expect(await init.exited).toEqual({ code: 0, signal: null });
  });
});
