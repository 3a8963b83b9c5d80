// ⚡ From an empty volume to the first answer.
import { everyOrder } from '../every-order.ts';
import { inTurns } from '../in-turns.ts';
import { measuredRow, type Target } from '../measured-row.ts';
import type { Summary } from '../statistics.ts';
import { byContender } from './by-contender.ts';
import type { ContainerBenchContext, ContainerMeasurement } from './container-bench-context.ts';
import type { Contender } from './contender.ts';
import { type Question, timeToFirstAnswer } from './first-answer.ts';
import { createVolume, freePort } from './places.ts';
import { type QuietMoments, quietMoments } from './quiet-moments.ts';

export const firstInitialization: ContainerMeasurement = {
  name: 'first-initialization',
  measure: async (context) => {
    const { contenders } = context;
    const task = { contenders, initScripts: undefined, question: { sql: 'SELECT 1 AS answer', answer: 1 } };
    const { samples, othersPercent } = await initializeInTurns(context, task);
    const row = measuredRow({
      what: 'first initialization: docker run to first query',
      unit: 'ms',
      ...byContender(contenders, samples, 'bare: sh, initdb'),
      target: fasterThanPeer,
      note: 'On an empty volume, with POSTGRES_PASSWORD and C.UTF-8; for each a new volume that is removed afterwards. Bare: the base image with `sh -c` as its entrypoint: initdb --pwfile, a line for pg_hba.conf, exec postgres; and, because its user has no name, which initdb refuses, with an /etc/passwd mounted that names it. The others have to do without.',
    });
    return [{ ...row, othersPercent }];
  },
};

/** The script of the measurement below. */
export const initScript = 'CREATE TABLE made_by_script AS SELECT generate_series(1, 1000) AS number;\n';

export const initializationWithScript: ContainerMeasurement = {
  name: 'initialization-with-script',
  measure: async (context) => {
    const contenders = context.contenders.filter(({ name }) => name !== 'bare');
    const question = { sql: 'SELECT count(*)::int AS answer FROM made_by_script', answer: 1_000 };
    const task = { contenders, initScripts: context.initScripts, question };
    const { samples, othersPercent } = await initializeInTurns(context, task);
    const row = measuredRow({
      what: 'the same with one .sql script',
      unit: 'ms',
      ...byContender(contenders, samples),
      target: fasterThanPeer,
      note: 'The same with a script in /docker-entrypoint-initdb.d that makes a table of 1,000 rows; the query counts them.',
    });
    return [{ ...row, othersPercent }];
  },
};

function fasterThanPeer(_bare: Summary | undefined, peer: Summary | undefined): Target | undefined {
  return peer === undefined ? undefined : { statistic: 'p50', limit: peer.p50, text: 'peer' };
}

interface Task {
  readonly contenders: readonly Contender[];
  readonly initScripts: string | undefined;
  readonly question: Question;
}

async function initializeInTurns(
  context: ContainerBenchContext,
  task: Task,
): Promise<{ readonly samples: readonly (readonly number[])[]; readonly othersPercent: number }> {
  const quiet = quietMoments();
  const takes = task.contenders.map((contender) => () => initialize(context, contender, task, quiet));
  const samples = await inTurns(context.runs, takes, everyOrder(takes.length));
  return { samples, othersPercent: quiet.othersPercent() };
}

async function initialize(
  { engine, host }: ContainerBenchContext,
  contender: Contender,
  { initScripts, question }: Task,
  quiet: QuietMoments,
): Promise<number> {
  const volume = await createVolume(engine, contender.image);
  const container = engine.name();
  const place = { contender, volume, container, label: engine.label, port: await freePort(), initScripts };
  const ms = await timeToFirstAnswer(engine, host, { ...place, start: 'initialize' }, question);
  await engine.docker('rm', '--force', '--volumes', container);
  await engine.docker('volume', 'rm', volume);
  await quiet.pass();
  return ms;
}
