// ⚡ What a number is worth without: the machine that it was measured on.
import { cpus, release, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { readMachineTicks } from './process-usage.ts';
import type { Workshop } from './workshop.ts';

export interface MachineFacts {
  readonly startedAt: string;
  readonly node: string;
  readonly postgres: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryMib: number;
  readonly kernel: string;
  readonly user: string;
  /** Others who work at the same time spoil the numbers. */
  readonly busyPercentBefore: number;
}

const lookAtOthersMs = 2_000;

export async function observeMachine(workshop: Workshop): Promise<MachineFacts> {
  const before = readMachineTicks();
  await delay(lookAtOthersMs);
  const after = readMachineTicks();
  const processors = cpus();
  return {
    startedAt: new Date().toISOString(),
    node: process.versions.node,
    postgres: workshop.postgresVersion,
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryMib: Math.round(totalmem() / 1024 ** 2),
    kernel: `Linux ${release()}`,
    user:
      workshop.user.uid === undefined
        ? `uid ${process.getuid?.()}`
        : `uid ${workshop.user.uid} (the bundle was built by another)`,
    busyPercentBefore: (100 * (after.busy - before.busy)) / (after.all - before.all),
  };
}
