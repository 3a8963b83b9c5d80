import type { ProvidedExtension } from '../image-volume/check-image-volume.ts';
import type { VolumeState } from '../image-volume/observe-image-volume.ts';
import type { Finding } from '../lib/finding.ts';
import { type ExitStatus, exitStatusCode } from '../postmaster/exit-status.ts';
import { runningPid } from '../postmaster/postmaster-state.ts';
import type { ImageOnDisk } from '../reconcile/observe-world.ts';
import type { PassReport } from '../reconcile/reconciler.ts';
import type { RestartReason } from '../reconcile/restart-required.ts';
import { collectFindings } from './collect-findings.ts';
import { type DatabaseStatus, databasesStatus } from './databases-status.ts';
import { type Phase, phaseOf } from './phase.ts';
import { readinessVerdict } from './probes.ts';
import type { Snapshot } from './snapshot.ts';

/** The body of `/status`; `instance-status.schema.json` beside this file is its JSON Schema. */
export interface InstanceStatus {
  readonly phase: Phase;
  /** When the server was last looked at, and how long ago; null before the first look. */
  readonly observedAt: string | null;
  readonly observationAgeMs: number | null;
  readonly manager: { readonly version: string; readonly pid: number; readonly startedAt: string };
  readonly postgres: PostgresStatus;
  readonly configuration: ConfigurationStatus;
  readonly restartRequired: { readonly required: boolean; readonly reasons: readonly RestartReason[] };
  readonly extensions: readonly ExtensionStatus[];
  readonly databases: readonly DatabaseStatus[];
  readonly findings: readonly Finding[];
}

export interface PostgresStatus {
  readonly pid: number | null;
  readonly version: string | null;
  readonly ready: boolean;
  readonly inRecovery: boolean | null;
  readonly process: 'running' | 'frozen' | 'defunct' | 'gone' | null;
  readonly answer: 'accepting' | 'refused-login' | 'full' | 'rejecting' | 'silent' | null;
  readonly starts: number;
  readonly crashes: number;
  readonly crashRestarts: number;
  readonly lastExit: { readonly code: number | null; readonly signal: string | null } | null;
  readonly lastFatal: readonly string[];
}

export interface ConfigurationStatus {
  /**
   * `applied`: a session sees exactly these settings. `pending`: not yet, or not all. `refused`: PostgreSQL would not take them, or did not start with them.
   * `invalid`: the files have mistakes, the last good configuration stays in force. `unknown`: nobody can look.
   */
  readonly state: 'applied' | 'pending' | 'refused' | 'invalid' | 'unknown';
  /** Of the configuration files in force. */
  readonly sha256: string | null;
  readonly settings: { readonly desiredSha256: string | null; readonly loadedSha256: string | null };
  readonly restartPolicy: 'manual' | 'automatic' | null;
  /** The merged parameters as the server has them: where a value comes from is pg_settings.source. */
  readonly effective: readonly {
    readonly name: string;
    readonly value: string;
    readonly source: string;
    readonly sourceFile: string | null;
  }[];
}

export interface ExtensionStatus {
  readonly name: string;
  readonly image: string | null;
  /** It left the configuration, and stays as long as something uses it. */
  readonly held: boolean;
  readonly mountPath: string;
  readonly volume: VolumeState;
  readonly extensionControlPath: readonly string[];
  readonly dynamicLibraryPath: readonly string[];
  readonly ldLibraryPath: readonly string[];
  readonly binPath: readonly string[];
  readonly provides: readonly ProvidedExtension[];
  readonly findings: readonly Finding[];
}

/** `wallOffsetMs`: what makes times of day of those in the snapshot. */
export function instanceStatus(snapshot: Snapshot, nowMs: number, wallOffsetMs = 0): InstanceStatus {
  const timeOf = (ms: number): string => new Date(ms + wallOffsetMs).toISOString();
  const { observation, pass } = snapshot;
  const findings = collectFindings(snapshot);
  const bySubject = Map.groupBy(findings, ({ subject }) => subject);
  return {
    phase: phaseOf(snapshot),
    observedAt: observation === undefined ? null : timeOf(observation.atMs),
    observationAgeMs: observation === undefined ? null : Math.max(0, nowMs - observation.atMs),
    manager: {
      version: snapshot.manager.version,
      pid: snapshot.manager.pid,
      startedAt: timeOf(snapshot.manager.startedAtMs),
    },
    postgres: postgresStatus(snapshot, nowMs),
    configuration: configurationStatus(snapshot),
    restartRequired: { required: snapshot.restartReasons.length > 0, reasons: snapshot.restartReasons },
    extensions: (pass?.world.images ?? []).map((image) => extensionStatus(image, bySubject)),
    databases: databasesStatus(snapshot.databases, timeOf),
    findings,
  };
}

function postgresStatus(snapshot: Snapshot, nowMs: number): PostgresStatus {
  const { postmaster, observation } = snapshot;
  const answer = observation?.answer;
  const session = answer?.kind === 'accepting' ? answer.session : undefined;
  return {
    pid: runningPid(postmaster.state) ?? null,
    version: session?.serverVersion ?? null,
    ready: readinessVerdict(snapshot, nowMs).ok,
    inRecovery: session?.inRecovery ?? null,
    process: observation?.process ?? null,
    answer: answer?.kind ?? null,
    starts: postmaster.starts,
    crashes: postmaster.crashes,
    crashRestarts: snapshot.counters.crashRestarts,
    lastExit: postmaster.lastExit === undefined ? null : exitStatusOf(postmaster.lastExit),
    lastFatal: snapshot.lastWords,
  };
}

function exitStatusOf(exit: ExitStatus): PostgresStatus['lastExit'] {
  if (exit.kind === 'unknown') return { code: null, signal: null };
  return { code: exitStatusCode(exit), signal: exit.kind === 'signal' ? exit.signal : null };
}

function configurationStatus(snapshot: Snapshot): ConfigurationStatus {
  const { pass } = snapshot;
  return {
    state: configurationState(snapshot, pass),
    sha256: pass?.inForce.sha256 ?? null,
    settings: {
      desiredSha256: pass?.desired.settings.sha256 ?? null,
      loadedSha256: loadedSha256(snapshot) ?? null,
    },
    restartPolicy: pass?.desired.restartPolicy ?? null,
    effective: snapshot.effective.map(({ name, value, source, sourceFile }) => ({
      name,
      value,
      source,
      sourceFile: sourceFile ?? null,
    })),
  };
}

function configurationState(snapshot: Snapshot, pass: PassReport | undefined): ConfigurationStatus['state'] {
  if (pass === undefined) return 'pending';
  if (pass.inForce.problems.length > 0) return 'invalid';
  if (pass.observed.refusedSha256 === pass.desired.settings.sha256 || snapshot.safeMode.length > 0) return 'refused';
  const loaded = loadedSha256(snapshot);
  if (loaded === undefined) return isWithoutSession(snapshot) ? 'unknown' : 'pending';
  const hasErrors = snapshot.serverFindings.some((finding) => finding.severity === 'error');
  return loaded === pass.desired.settings.sha256 && !hasErrors ? 'applied' : 'pending';
}

/** The server is there, but the manager cannot look into it. */
function isWithoutSession(snapshot: Snapshot): boolean {
  const kind = snapshot.observation?.answer?.kind;
  return kind === 'refused-login' || kind === 'full';
}

function loadedSha256(snapshot: Snapshot): string | undefined {
  const answer = snapshot.observation?.answer;
  return answer?.kind === 'accepting' ? answer.session.settingsSha256 : undefined;
}

function extensionStatus(image: ImageOnDisk, findings: ReadonlyMap<string, readonly Finding[]>): ExtensionStatus {
  const { role, configuration, observed, checked } = image;
  return {
    name: configuration.name,
    image: configuration.image.reference ?? null,
    held: role === 'held',
    mountPath: observed.mountPath,
    volume: observed.volume,
    extensionControlPath: checked.usable.controlPath,
    dynamicLibraryPath: checked.usable.libraryPath,
    ldLibraryPath: checked.usable.ldLibraryPath,
    binPath: checked.usable.binPath,
    provides: checked.provides,
    findings: findings.get(`extension/${configuration.name}`) ?? [],
  };
}
