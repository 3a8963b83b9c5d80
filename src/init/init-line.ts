import { constants } from 'node:os';
import type { ExitStatus } from '../postmaster/exit-status.ts';

/** What the init of the container says, one line each; see docker/init/init.c. */
export type InitLine =
  | { readonly kind: 'exited'; readonly pid: number; readonly status: ExitStatus }
  | { readonly kind: 'locked' | 'busy' | 'unlockable' };

/** Undefined: a line of another version of the init, which says nothing to this one. */
export function parseInitLine(line: string): InitLine | undefined {
  if (line === 'locked' || line === 'busy' || line === 'unlockable') return { kind: line };
  const exited = /^exited (\d+) (code|signal) (\d+)$/.exec(line);
  if (exited === null) return undefined;
  return { kind: 'exited', pid: Number(exited[1]), status: exitStatus(exited[2], Number(exited[3])) };
}

function exitStatus(kind: string | undefined, number: number): ExitStatus {
  if (kind === 'code') return { kind: 'code', code: number };
  const signal = signals.find(([, value]) => value === number)?.[0];
  return signal === undefined ? { kind: 'code', code: 128 + number } : { kind: 'signal', signal };
}

const signals = Object.entries(constants.signals) as readonly (readonly [NodeJS.Signals, number])[];
