// ⚡ The life of a container on existing data.
import { setTimeout as delay } from 'node:timers/promises';
import { everyOrder } from '../every-order.ts';
import { inTurns } from '../in-turns.ts';
import { measuredRow, type ObservedRow } from '../measured-row.ts';
import { byContender } from './by-contender.ts';
import type { ContainerBenchContext, ContainerMeasurement } from './container-bench-context.ts';
import type { Contender, RunRequest } from './contender.ts';
import { mustAskForPassword, timeToFirstAnswer } from './first-answer.ts';
import { createVolume, freePort } from './places.ts';
import { type QuietMoments, quietMoments } from './quiet-moments.ts';

const mostExtraToRestartMs = 150;
const mostExtraToStopMs = 100;
/** Between the first answer and `docker stop`: start-up is over, and the data are clean. */
const restMs = 1_000;

export const restartAndStop: ContainerMeasurement = { name: 'restart-and-stop', measure };

const question = { sql: 'SELECT 1 AS answer', answer: 1 };

interface Life {
  readonly restartMs: number;
  readonly stopMs: number;
}

async function measure(context: ContainerBenchContext): Promise<readonly ObservedRow[]> {
  const quiet = quietMoments();
  const places: Place[] = [];
  for (const contender of context.contenders) places.push(await initialize(context, contender));
  const lives = await inTurns(
    context.runs,
    places.map((place) => () => live(context, place, quiet)),
    everyOrder(places.length),
  );
  const restarts = byContender(
    context.contenders,
    lives.map((samples) => samples.map(({ restartMs }) => restartMs)),
  );
  const stops = byContender(
    context.contenders,
    lives.map((samples) => samples.map(({ stopMs }) => stopMs)),
  );
  const rows = [
    measuredRow({
      what: 'restart: docker run to first query',
      unit: 'ms',
      ...restarts,
      target: (bare) => ({
        statistic: 'p50',
        limit: (bare?.p50 ?? Number.NaN) + mostExtraToRestartMs,
        text: `bare + ${mostExtraToRestartMs} ms`,
      }),
      note: 'On data that the same image initialized and that were shut down cleanly. From just before `docker run --detach` until a client has the answer to SELECT 1: it connects over TCP with a password (scram-sha-256), 3 to 4 ms after each failure. Bare: the base image with `postgres` as its entrypoint, and no settings but port and listen_addresses. The order changes from round to round; OTHERS is what was used in pauses after each container, when nothing of the bench ran.',
    }),
    measuredRow({
      what: 'docker stop',
      unit: 'ms',
      ...stops,
      target: (bare) => ({
        statistic: 'p50',
        limit: (bare?.p50 ?? Number.NaN) + mostExtraToStopMs,
        text: `bare + ${mostExtraToStopMs} ms`,
      }),
      note: 'The same containers, 1 s after that query: from the command to its return; each ended with exit code 0. Ours is stopped with SIGTERM, bare with SIGINT, which is a fast shutdown, the peer with the signal of its image.',
    }),
  ];
  return rows.map((row) => ({ ...row, othersPercent: quiet.othersPercent() }));
}

type Place = Pick<RunRequest, 'contender' | 'volume' | 'port'>;

async function initialize(context: ContainerBenchContext, contender: Contender): Promise<Place> {
  const { engine, host } = context;
  const place = { contender, volume: await createVolume(engine, contender.image), port: await freePort() };
  const request = { ...place, start: 'initialize', container: engine.name(), label: engine.label } as const;
  await timeToFirstAnswer(engine, host, request, question);
  await mustAskForPassword(host, request);
  await stop(context, request.container);
  await engine.docker('rm', '--volumes', request.container);
  return place;
}

async function live(context: ContainerBenchContext, place: Place, quiet: QuietMoments): Promise<Life> {
  const { engine, host } = context;
  const request = { ...place, start: 'restart', container: engine.name(), label: engine.label } as const;
  const restartMs = await timeToFirstAnswer(engine, host, request, question);
  await delay(restMs);
  const stopMs = await stop(context, request.container);
  await engine.docker('rm', '--volumes', request.container);
  await quiet.pass();
  return { restartMs, stopMs };
}

async function stop({ engine }: ContainerBenchContext, container: string): Promise<number> {
  const startMs = performance.now();
  await engine.docker('stop', '-t', '90', container);
  const stopMs = performance.now() - startMs;
  const exitCode = await engine.docker('inspect', '--format={{.State.ExitCode}}', container);
  if (exitCode !== '0') {
    throw new Error(
      `a stopped container ended with ${exitCode}:\n${await engine.docker('logs', '--tail=40', container)}`,
    );
  }
  return stopMs;
}
