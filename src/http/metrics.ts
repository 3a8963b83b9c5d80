import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { collectFindings } from '../status/collect-findings.ts';
import { readinessVerdict } from '../status/probes.ts';
import type { Snapshot } from '../status/snapshot.ts';
import { databaseMetrics } from './database-metrics.ts';
import type { RenderedMetrics, StatusSource } from './status-app.ts';

const prefix = 'pg_instance_manager_';
const volumeStates = ['mounted', 'folder', 'empty', 'missing', 'unreadable', 'not-a-folder'] as const;
const severities = ['error', 'warning', 'info'] as const;
/** A text younger than this is handed out again: many scrapers at once must not keep the manager busy. */
const rerenderAfterMs = 250;
/** The default of 10 ms would wake an idle process a hundred times a second. */
const eventLoopPrecisionMs = 1_000;

/** Everything is set from the snapshot at the time of the scrape; nothing is counted here. */
export function renderedMetrics(source: StatusSource): RenderedMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: eventLoopPrecisionMs });
  const update = [...gauges(registry), ...counters(registry)];
  const databases = databaseMetrics();
  const rendered: { text: Promise<string>; atMs: number } = { text: Promise.resolve(''), atMs: 0 };

  function text(): Promise<string> {
    const now = source.now();
    if (now - rendered.atMs > rerenderAfterMs || now < rendered.atMs) {
      const snapshot = source.snapshot();
      for (const one of update) one(snapshot, now);
      rendered.text = joined([registry.metrics(), databases(snapshot.databases)]);
      rendered.atMs = now;
    }
    return rendered.text;
  }

  return { contentType: registry.contentType, text };
}

async function joined(texts: readonly Promise<string>[]): Promise<string> {
  return (await Promise.all(texts)).join('\n');
}

type Update = (snapshot: Snapshot, nowMs: number) => void;

function gauges(registry: Registry): readonly Update[] {
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> =>
    new Gauge({ name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const up = gauge('postgres_up', 'Whether the server answers, with or without a session for the manager.');
  const ready = gauge('postgres_ready', 'Whether /readyz says 200.');
  const age = gauge('observation_age_seconds', 'How long ago the server was looked at.');
  const look = gauge('databases_look_seconds', 'How long the last look at all databases took; NaN before the first.');
  const restart = gauge('restart_required', 'Whether a restart is required, by what needs it.', ['reason']);
  const volume = gauge('extension_volume_state', 'The state of an image volume: 1 for the one it is in.', [
    'extension',
    'state',
  ]);
  const held = gauge('image_removal_held', 'An image that left the configuration and is still needed.', ['extension']);
  const findings = gauge('findings', 'How many findings there are.', ['severity']);
  const build = gauge('build_info', 'The version of the manager and of the server.', ['version', 'postgres_version']);
  return [
    (snapshot) => up.set(answers(snapshot) ? 1 : 0),
    (snapshot, now) => ready.set(readinessVerdict(snapshot, now).ok ? 1 : 0),
    ({ observation }, now) =>
      age.set(observation === undefined ? Number.NaN : Math.max(0, now - observation.atMs) / 1000),
    ({ databases: { lastRoundMs } }) => look.set(lastRoundMs === undefined ? Number.NaN : lastRoundMs / 1000),
    ({ restartReasons }) => {
      restart.reset();
      for (const reason of restartReasons) restart.set({ reason: reason.name }, 1);
    },
    ({ pass }) => {
      volume.reset();
      for (const { configuration, observed } of pass?.world.images ?? []) {
        for (const state of volumeStates) {
          volume.set({ extension: configuration.name, state }, observed.volume.state === state ? 1 : 0);
        }
      }
    },
    ({ pass }) => {
      held.reset();
      for (const { role, configuration } of pass?.world.images ?? []) {
        if (role === 'held') held.set({ extension: configuration.name }, 1);
      }
    },
    (snapshot) => {
      const all = collectFindings(snapshot);
      for (const severity of severities) {
        findings.set({ severity }, all.filter((finding) => finding.severity === severity).length);
      }
    },
    ({ manager, observation }) => {
      const answer = observation?.answer;
      build.reset();
      build.set(
        {
          version: manager.version,
          postgres_version: answer?.kind === 'accepting' ? answer.session.serverVersion : '',
        },
        1,
      );
    },
  ];
}

function counters(registry: Registry): readonly Update[] {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> =>
    new Counter({ name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const reloads = counter('reloads_total', 'Reloads of the settings.', ['result']);
  const restarts = counter('restarts_total', 'Restarts that were asked for.', ['result']);
  const starts = counter('postmaster_starts_total', 'Postmasters that were started.');
  const crashes = counter('postmaster_crashes_total', 'Postmasters that ended without being asked to.');
  const crashRestarts = counter(
    'postgres_crash_restarts_total',
    'Restarts inside PostgreSQL after a process of it crashed.',
  );
  return [
    ({ counters: { reloads: count } }) => {
      reloads.reset();
      reloads.inc({ result: 'applied' }, count.applied);
      reloads.inc({ result: 'failed' }, count.failed);
    },
    ({ counters: { restarts: count } }) => {
      restarts.reset();
      restarts.inc({ result: 'done' }, count.done);
      restarts.inc({ result: 'failed' }, count.failed);
    },
    ({ postmaster, counters: count }) => {
      for (const metric of [starts, crashes, crashRestarts]) metric.reset();
      starts.inc(postmaster.starts);
      crashes.inc(postmaster.crashes);
      crashRestarts.inc(count.crashRestarts);
    },
  ];
}

function answers(snapshot: Snapshot): boolean {
  const answer = snapshot.observation?.answer;
  return answer?.kind === 'accepting' || answer?.kind === 'full' || answer?.kind === 'refused-login';
}
