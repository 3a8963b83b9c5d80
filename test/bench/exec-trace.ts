// ⚡ Sees the moment at which PostgreSQL's executable is executed.
import { spawnSync } from 'node:child_process';
import { constants, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { RunningProcess } from './processes.ts';
import type { Workshop } from './workshop.ts';

export interface ExecTrace {
  /** Like the server's, but its `postgres` reports first. */
  readonly binDirectory: string;
  readonly clear: () => void;
  /** Waits for the first report since `clear`. */
  readonly first: (starter: RunningProcess) => Promise<ExecReport>;
  readonly all: () => readonly ExecReport[];
  readonly close: () => void;
}

export interface ExecReport {
  readonly pid: number;
  /** performance.now() when the report came. */
  readonly atMs: number;
}

/**
 * `postgres` is a script here that says its pid into a pipe and becomes the real one. What the kernel says about the
 * start of a process is in ticks of 10 ms; this costs the time of a shell to start and of the pipe to be read, which
 * is counted, and which the run without the manager shows, because it has the same script.
 */
export function openExecTrace(workshop: Workshop): ExecTrace {
  const root = join(workshop.folder, 'traced-server');
  const pipe = installReportingServer(root, workshop.binDirectory);
  const held: { reports: ExecReport[]; arrived: () => void } = { reports: [], arrived: () => undefined };
  // Open for both, so that it has always a writer and its end never comes.
  const socket = new Socket({ fd: openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK), writable: false });
  socket.on('data', (chunk) => {
    const atMs = performance.now();
    for (const pid of chunk.toString().trim().split('\n')) held.reports.push({ pid: Number(pid), atMs });
    held.arrived();
  });

  async function first(starter: RunningProcess): Promise<ExecReport> {
    const arrival = new Promise<void>((resolve) => {
      held.arrived = resolve;
    });
    if (held.reports.length === 0) await Promise.race([arrival, starter.exited]);
    const [report] = held.reports;
    if (report === undefined) {
      starter.mustRun();
      throw new Error('PostgreSQL was not executed');
    }
    return report;
  }

  return {
    binDirectory: join(root, 'bin'),
    clear: () => {
      held.reports = [];
    },
    first,
    all: () => held.reports,
    close: () => socket.destroy(),
  };
}

/** A folder with the server's files, but a `postgres` that reports; gives the path of the pipe. */
function installReportingServer(root: string, realBinDirectory: string): string {
  const pipe = join(root, 'pipe');
  mkdirSync(join(root, 'bin'), { recursive: true });
  for (const name of ['lib', 'share']) symlinkSync(join(realBinDirectory, '..', name), join(root, name));
  const made = spawnSync('mkfifo', ['-m', '666', pipe], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`mkfifo failed: ${made.error?.message ?? made.stderr}`);
  const script = `#!/bin/sh\necho $$ > '${pipe}'\nexec '${realBinDirectory}/postgres' "$@"\n`;
  writeFileSync(join(root, 'bin/postgres'), script, { mode: 0o755 });
  return pipe;
}
