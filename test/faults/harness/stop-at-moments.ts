import { expect } from 'vitest';
import { clusterState } from '../../integration/init/real-manager.ts';
import type { Day, StartOptions } from './day.ts';

/**
 * Stops managers at moments that are spread over the time that a start takes, each with a start of its own on the same
 * data, and expects of each that it ends with 0 and leaves a cluster that is shut down.
 */
export async function stopAtMoments(day: Day, moments: number, options: StartOptions = {}): Promise<void> {
  // The first time, files are read that are not in memory yet.
  await day.start(options);
  await day.load(2);
  await stopNow(day, 'after all was well');
  const startedMs = performance.now();
  await day.start(options);
  const startMs = performance.now() - startedMs;
  await stopNow(day, 'as soon as all was well');
  for (let moment = 0; moment < moments; moment += 1) {
    const { running } = await day.start({ ...options, unready: true });
    const [from, to] = [moment, moment + 1].map((number) => Math.round((1.2 * startMs * number) / moments));
    await day.wait(from ?? 0, to ?? 0);
    await stopNow(day, `${from} to ${to} ms after the start, which takes ${Math.round(startMs)} ms`);
    expect(running.output()).not.toMatch(/without being asked to/);
  }
}

async function stopNow(day: Day, when: string): Promise<void> {
  const { running, signal, managerPid } = day.patient();
  const isUnderInit = managerPid() !== running.pid;
  signal('SIGTERM');
  const { code, signal: killer } = await running.exited;
  // Node.js itself takes a while until it can hear a signal, which is what the init is for.
  const isBeforeAll = !isUnderInit && killer === 'SIGTERM' && running.output() === '';
  if (!isBeforeAll) expect({ code, signal: killer }, `${when}: ${running.output()}`).toEqual({ code: 0, signal: null });
  expect(clusterState(day.place.dataDirectory), when).toMatch(/^shut down$/);
}
