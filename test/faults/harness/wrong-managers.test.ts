import { describe, expect, test } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { drawLots } from './lots.ts';
import { runScenario } from './run-scenario.ts';
import type { RunResult, Scenario } from './scenario.ts';
import { buildWrongManager, type Wrong } from './wrong-manager.ts';

// A harness that lets everything pass proves nothing: each of these managers has one defect, and has to be found out.

const killed: Scenario = {
  name: 'a postmaster that is killed',
  says: [],
  ends: 'stopped',
  run: async (day) => {
    await day.start();
    const load = await day.load();
    await day.wait(300, 800);
    sendSignal(day.postmasterPid(), 'SIGKILL');
    await load.progress(50);
    await day.wait(6_000, 6_000);
  },
};

/** A backend that never waits for anything does not notice that its postmaster has died. */
const orphaned: Scenario = {
  name: 'a postmaster that is killed while a backend computes',
  says: [],
  ends: 'stopped',
  run: async (day) => {
    const { running } = await day.start();
    const session = await running.client();
    await session.query(
      `CREATE FUNCTION busy(seconds int) RETURNS void LANGUAGE plpgsql AS $$ DECLARE until timestamptz := clock_timestamp() + make_interval(secs => seconds);
       BEGIN WHILE clock_timestamp() < until LOOP END LOOP; END $$`,
    );
    session.query('SELECT busy(6)').catch(() => undefined);
    await day.wait(300, 600);
    sendSignal(day.postmasterPid(), 'SIGKILL');
    await running.waitFor(({ postgres }) => postgres.starts >= 2 && postgres.ready, 40_000);
  },
};

const stopped: Scenario = {
  name: 'a stop under load',
  says: [],
  ends: 'stopped',
  run: async (day) => {
    await day.start();
    await day.load();
    await day.wait(100, 300);
  },
};

const standing: Scenario = {
  name: 'a quiet while',
  says: [],
  ends: 'stopped',
  run: async (day) => {
    await day.start();
    await day.wait(1_500, 1_500);
  },
};

async function complaintsOf(scenario: Scenario, changes: readonly Wrong[]): Promise<RunResult> {
  return runScenario(scenario, 1, changes.length === 0 ? undefined : await buildWrongManager(changes));
}

describe('the right manager', () => {
  test.each([killed, orphaned, stopped, standing])('passes $name', async (scenario) => {
    expect(await complaintsOf(scenario, [])).toMatchObject({ outcome: 'passed', complaints: [] });
  });
});

describe('a manager that', () => {
  test.each<[string, Scenario, Wrong[], RegExp]>([
    [
      'removes postmaster.pid under live orphans',
      orphaned,
      [
        {
          file: 'instance/clear-the-way.ts',
          instead: '    tellOrphans(leftovers.orphans);',
          wrong:
            '    if (leftovers.orphans.length > 0) rmSync(`${ports.dataDirectory}/postmaster.pid`, { force: true });',
        },
      ],
      /postmaster\.pid was taken away/,
    ],
    [
      'starts a second postmaster',
      standing,
      [
        {
          file: 'postmaster/postmaster-process.ts',
          instead: '  raiseOomScore(pid);',
          // Where it sees neither the first one's process nor its shared memory.
          wrong: `  raiseOomScore(pid);
  const elsewhere = ['--user', '--map-current-user', '--ipc', '--pid', '--fork', '--kill-child', launch.file];
  const quiet = ['-c', 'listen_addresses=', '-c', 'unix_socket_directories=' + launch.environment['TMPDIR']];
  setTimeout(() => {
    const second = require('node:child_process').spawn('unshare', [...elsewhere, ...launch.args, ...quiet],
      { env: { ...launch.environment }, stdio: 'ignore', cwd: '/' });
    setTimeout(() => second.kill('SIGKILL'), 900);
  }, 500);`,
        },
      ],
      /two postmasters on one data folder/,
    ],
    [
      'stops PostgreSQL with SIGKILL',
      stopped,
      [{ file: 'postmaster/shutdown-mode.ts', instead: "fast: 'SIGINT'", wrong: "fast: 'SIGKILL'" }],
      /it left the cluster in the state/,
    ],
    [
      'reports an old status as new',
      killed,
      [
        {
          file: 'status/instance-status.ts',
          instead: '  const { observation, pass } = snapshot;',
          wrong: `  const kept = globalThis as { first?: Snapshot };
  if (readinessVerdict(snapshot, nowMs).ok) kept.first ??= snapshot;
  const shown = kept.first;
  if (shown?.observation !== undefined) snapshot = { ...shown, observation: { ...shown.observation, atMs: nowMs } };
  const { observation, pass } = snapshot;`,
        },
      ],
      /the status names the postmaster \d+, which is not there/,
    ],
    [
      'has commits acknowledged before they are on disk',
      killed,
      [
        {
          file: 'reconcile/desired-state.ts',
          instead: '...world.configuration.parameters,',
          wrong: "...world.configuration.parameters, synchronous_commit: 'off', wal_writer_delay: '10s',",
        },
      ],
      /acknowledged keys are lost/,
    ],
  ])('%s is found out', async (_, scenario, changes, complaint) => {
    const { outcome, complaints } = await complaintsOf(scenario, changes);
    expect(outcome).toBe('failed');
    expect(complaints.join('\n')).toMatch(complaint);
  });
});

test('one seed is one day', () => {
  const draw = (): readonly number[] => {
    const lots = drawLots(7);
    return [lots.fraction(), lots.between(1, 1_000), lots.between(1, 1_000)];
  };
  expect(draw()).toEqual(draw());
});
