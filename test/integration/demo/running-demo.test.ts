import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { claimDemo } from '../../../src/demo/running-demo.ts';
import { makeOpenFolder } from './demo-server.ts';

let folder = '';
beforeEach(async () => {
  folder = await makeOpenFolder();
});
afterEach(() => rm(folder, { recursive: true }));

it('says which process has the demo as long as that process is there', async () => {
  const stat = await readFile(`/proc/${process.ppid}/stat`, 'utf8');
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  await writeFile(join(folder, 'demo.pid'), `${process.ppid} ${startTicks}\n`);
  expect(await claimDemo(folder)).toEqual({ kind: 'running', pid: process.ppid });
});

it('takes over from a process whose pid belongs to another one now', async () => {
  await writeFile(join(folder, 'demo.pid'), `${process.ppid} 1\n`);
  expect(await claimDemo(folder)).toMatchObject({ kind: 'claimed' });
});

it('leaves nothing behind when it is released', async () => {
  const claim = await claimDemo(folder);
  expect(claim.kind).toBe('claimed');
  if (claim.kind === 'claimed') {
    await claim.release();
  }
  await expect(readFile(join(folder, 'demo.pid'))).rejects.toThrow('ENOENT');
});
