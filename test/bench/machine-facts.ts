// ⚡ What a number is worth without: the machine that it was measured on.
import { cpus, release, totalmem } from 'node:os';

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

/** `user`: whom the measured programs ran as, in words. */
export function observeMachine({ postgres, user }: Pick<MachineFacts, 'postgres' | 'user'>): MachineFacts {
  const processors = cpus();
  return {
    startedAt: new Date().toISOString(),
    node: process.versions.node,
    postgres,
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryMib: Math.round(totalmem() / 1024 ** 2),
    kernel: `Linux ${release()}`,
    user,
  };
}
