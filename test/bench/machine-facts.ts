// ⚡ What a number is worth without: the machine that it was measured on.
import { cpus, release, totalmem } from 'node:os';
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
}

export function observeMachine(workshop: Workshop): MachineFacts {
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
  };
}
