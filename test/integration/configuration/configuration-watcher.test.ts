import { mkdirSync, renameSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchConfiguration } from '../../../src/configuration/configuration-watcher.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** As Kubernetes does it. */
function swap(folder: string, generation: number): void {
  mkdirSync(join(folder, `..${generation}`));
  symlinkSync(`..${generation}`, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  if (generation > 0) rmdirSync(join(folder, `..${generation - 1}`));
}

test('a folder that never rests is looked at all the same', async () => {
  const folder = temporaryFolder('watch');
  swap(folder, 0);
  const seen = { looks: 0 };
  const lookAgain = (): void => {
    seen.looks += 1;
  };
  const watcher = watchConfiguration(folder, lookAgain, () => undefined);
  const beganMs = performance.now();
  for (let generation = 1; performance.now() < beganMs + 2_500; generation += 1) {
    swap(folder, generation);
    await delay(2);
  }
  await watcher.close();
  expect(seen.looks).toBeGreaterThan(5);
});

test('a file that gives way to a folder of its name is noticed, and so is the way back', async () => {
  const folder = temporaryFolder('watch');
  const name = join(folder, 'instance.yaml');
  writeFileSync(name, '');
  const seen = { looks: 0 };
  const lookAgain = (): void => {
    seen.looks += 1;
  };
  const watcher = watchConfiguration(folder, lookAgain, () => undefined);
  // It takes a moment until it watches.
  await expect
    .poll(() => {
      writeFileSync(name, '');
      return seen.looks;
    })
    .toBeGreaterThan(0);
  for (const change of [() => mkdirSync(name), () => writeFileSync(name, '')]) {
    await delay(300);
    seen.looks = 0;
    rmSync(name, { recursive: true });
    change();
    await expect.poll(() => seen.looks).toBeGreaterThan(0);
  }
  await watcher.close();
});
