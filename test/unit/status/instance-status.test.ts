import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import type { ConfigurationProblem } from '../../../src/configuration/parse-configuration.ts';
import type { Finding } from '../../../src/lib/finding.ts';
import { neverStarted } from '../../../src/postmaster/postmaster-state.ts';
import schema from '../../../src/status/instance-status.schema.json' with { type: 'json' };
import { type ConfigurationStatus, instanceStatus } from '../../../src/status/instance-status.ts';
import type { Snapshot } from '../../../src/status/snapshot.ts';
import { aDatabaseReport, anExtensionRow, aReport, aRow } from '../../support/a-database-report.ts';
import { anAcceptingAnswer, anObservation, aPass, aSnapshot, exampleStates, noonMs } from '../../support/a-snapshot.ts';
import { anImage, aWorld } from '../../support/an-extension.ts';

const undeclared = { ensure: null, applied: null, lookedAtMs: undefined } as const;

const validate = new Ajv({ allErrors: true, validateFormats: false }).compile(schema);

/** The status, which is as its JSON Schema says. */
function statusOf(snapshot: Snapshot) {
  const status = instanceStatus(snapshot, noonMs);
  validate(JSON.parse(JSON.stringify(status)));
  expect(validate.errors).toBeNull();
  return status;
}

const finding: Finding = { severity: 'error', reason: 'VolumeMissing', subject: 'extension/geo', message: 'x' };

describe('the status', () => {
  test('has everything at its top level before anything was seen', () => {
    expect(statusOf(aSnapshot({ observation: undefined, hasAnswered: false }, exampleStates.stopped))).toEqual({
      phase: 'Starting',
      observedAt: null,
      observationAgeMs: null,
      manager: { version: '1.2.3', pid: 1, startedAt: '2026-01-31T11:59:00.000Z' },
      postgres: {
        pid: null,
        version: null,
        ready: false,
        inRecovery: null,
        process: null,
        answer: null,
        starts: 1,
        crashes: 0,
        crashRestarts: 0,
        lastExit: null,
        lastFatal: [],
      },
      configuration: {
        state: 'pending',
        sha256: null,
        settings: { desiredSha256: null, loadedSha256: null },
        restartPolicy: null,
        effective: [],
      },
      restartRequired: { required: false, reasons: [] },
      extensions: [],
      databases: [],
      findings: [],
    });
  });

  test('says how old the observation is, and never less than nothing', () => {
    expect(statusOf(aSnapshot())).toMatchObject({ observedAt: '2026-01-31T11:59:59.800Z', observationAgeMs: 200 });
    const ahead = aSnapshot({ observation: anObservation({ atMs: noonMs + 50 }) });
    expect(statusOf(ahead).observationAgeMs).toBe(0);
  });

  test.each(Object.values(exampleStates))('is as its schema says: $kind', (state) => {
    expect(statusOf(aSnapshot({ pass: aPass() }, state)).postgres.ready).toBe(state.kind === 'accepting');
  });
});

describe('postgres', () => {
  test('is as the last look had it', () => {
    const observation = anObservation({ answer: anAcceptingAnswer({ inRecovery: true, serverVersion: '18.6' }) });
    const lastWords = ['[42] FATAL:  no'];
    const counters = { ...aSnapshot().counters, crashRestarts: 3 };
    expect(statusOf(aSnapshot({ observation, lastWords, counters })).postgres).toMatchObject({
      pid: 42,
      version: '18.6',
      ready: true,
      inRecovery: true,
      process: 'running',
      answer: 'accepting',
      crashRestarts: 3,
      lastFatal: lastWords,
    });
  });

  test.each([
    [{ kind: 'code', code: 1 } as const, { code: 1, signal: null }],
    [{ kind: 'signal', signal: 'SIGKILL' } as const, { code: 137, signal: 'SIGKILL' }],
    [undefined, null],
  ])('says how it ended: %o', (exit, lastExit) => {
    const postmaster = { ...neverStarted, state: exampleStates.backoff, lastExit: exit };
    expect(statusOf(aSnapshot({ postmaster })).postgres).toMatchObject({ pid: null, lastExit });
  });
});

describe('the configuration', () => {
  const pass = aPass();
  const desired = pass.desired.settings.sha256;
  const seeing = (settingsSha256: string | undefined): Partial<Snapshot> => ({
    observation: anObservation({ answer: anAcceptingAnswer({ settingsSha256 }) }),
  });
  const problem: ConfigurationProblem = {
    ...{ file: 'a.yaml', line: 1, column: 1, path: '', found: 'x', expected: 'y', message: 'z' },
  };
  const warning: Finding = { ...finding, severity: 'warning' };
  const pathOverridden: Finding = { ...finding, severity: 'error', reason: 'ParameterOverridden' };
  const notApplied: Finding = { ...finding, reason: 'SettingsNotApplied' };

  test.each<[string, ConfigurationStatus['state'], Partial<Snapshot>]>([
    ['a session sees exactly the desired settings', 'applied', { pass, ...seeing(desired) }],
    ['a session sees others', 'pending', { pass, ...seeing('other') }],
    ['a session sees none of ours', 'pending', { pass, ...seeing(undefined) }],
    ['an entry could not be taken', 'pending', { pass, ...seeing(desired), serverFindings: [notApplied] }],
    ['one of the two paths is overridden', 'pending', { pass, ...seeing(desired), serverFindings: [pathOverridden] }],
    ['a warning does not matter', 'applied', { pass, ...seeing(desired), serverFindings: [warning] }],
    ['there was no pass yet', 'pending', seeing(desired)],
    ['the server was not asked', 'pending', { pass, observation: anObservation({ answer: undefined }) }],
    [
      'nobody can look',
      'unknown',
      { pass, observation: anObservation({ answer: { kind: 'refused-login', sqlState: '28000', message: 'no' } }) },
    ],
    ['PostgreSQL has refused the text', 'refused', { pass: aPass({}, { refusedSha256: desired }), ...seeing('other') }],
    [
      'the files have mistakes',
      'invalid',
      { pass: aPass({ inForce: { ...pass.inForce, problems: [problem] } }), ...seeing(desired) },
    ],
  ])('when %s is %s', (_, state, changes) => {
    expect(statusOf(aSnapshot(changes)).configuration.state).toBe(state);
  });

  test('shows what is desired and what is in force', () => {
    const effective = [
      {
        name: 'dynamic_library_path',
        value: '$libdir',
        source: 'default',
        sourceFile: undefined,
        sourceLine: undefined,
      },
    ];
    expect(statusOf(aSnapshot({ pass, effective, ...seeing('other') })).configuration).toEqual({
      state: 'pending',
      sha256: 'f00d',
      settings: { desiredSha256: desired, loadedSha256: 'other' },
      restartPolicy: 'manual',
      effective: [{ name: 'dynamic_library_path', value: '$libdir', source: 'default', sourceFile: null }],
    });
  });
});

describe('a restart that is required', () => {
  test('is there with its reasons and as a finding', () => {
    const restartReasons = [{ name: 'PATH', running: null, desired: '/a', extensions: ['geo'] }];
    const status = statusOf(aSnapshot({ pass: aPass(), restartReasons }));
    expect(status.restartRequired).toEqual({ required: true, reasons: restartReasons });
    expect(status.findings).toMatchObject([{ reason: 'RestartRequired' }]);
  });
});

describe('an extension', () => {
  const geo = anImage({ image: { reference: 'registry/geo:1' }, ldLibraryPath: ['system'], binPath: ['bin'] }, [
    finding,
  ]);
  const othersFinding: Finding = { ...finding, subject: 'extension/geo2' };
  const other = anImage({ name: 'geo2' }, [othersFinding]);

  test('has its folders in force and its own findings', () => {
    const world = aWorld({ images: [geo, other] });
    const { extensions, findings } = statusOf(aSnapshot({ pass: aPass({ world }) }));
    expect(findings).toEqual([finding, othersFinding]);
    expect(extensions).toEqual([
      {
        name: 'geo',
        image: 'registry/geo:1',
        held: false,
        mountPath: '/extensions/geo',
        volume: { state: 'folder' },
        extensionControlPath: ['/extensions/geo/share'],
        dynamicLibraryPath: ['/extensions/geo/lib'],
        ldLibraryPath: ['/extensions/geo/system'],
        binPath: ['/extensions/geo/bin'],
        provides: [],
        findings: [finding],
      },
      expect.objectContaining({ name: 'geo2', image: null, findings: [othersFinding] }),
    ]);
  });

  test('has what its control files provide', () => {
    const provides = [
      { name: 'cube', defaultVersion: '1.5', relocatable: true, requires: [], trusted: true, controlFile: '/c' },
    ];
    const images = [{ ...geo, checked: { ...geo.checked, provides } }];
    const { extensions } = statusOf(aSnapshot({ pass: aPass({ world: aWorld({ images }) }) }));
    expect(extensions[0]?.provides).toEqual(provides);
  });

  test('that is held says so', () => {
    const images = [geo, { ...other, role: 'held' as const }];
    const { extensions } = statusOf(aSnapshot({ pass: aPass({ world: aWorld({ images }) }) }));
    expect(extensions.map(({ name, held }) => [name, held])).toEqual([
      ['geo', false],
      ['geo2', true],
    ]);
  });
});

describe('the databases', () => {
  test('are there with what is declared and installed in them, as their schema says', () => {
    const remark = { reason: 'SchemaMissing', message: 'There is no schema.' } as const;
    const app = aDatabaseReport('app', {
      schemas: [aRow('geo')],
      extensions: [anExtensionRow('vector', { applied: false, remark, desiredVersion: '0.8.8' })],
      fdws: [aRow('files', { applied: null })],
      servers: [aRow('other', { ensure: 'absent' })],
    });
    const { databases } = statusOf(aSnapshot({ databases: aReport([app, aDatabaseReport('seen', undeclared)]) }));
    expect(databases).toEqual([
      {
        name: 'app',
        ensure: 'present',
        applied: true,
        reason: null,
        message: null,
        lookedAt: '2026-01-31T12:00:00.000Z',
        schemas: [{ name: 'geo', ensure: 'present', applied: true, reason: null, message: null }],
        extensions: [
          {
            name: 'vector',
            ensure: 'present',
            installedVersion: '0.8.7',
            desiredVersion: '0.8.8',
            defaultVersion: '0.8.7',
            schema: 'public',
            applied: false,
            ...remark,
          },
        ],
        fdws: [{ name: 'files', ensure: 'present', applied: null, reason: null, message: null }],
        servers: [{ name: 'other', ensure: 'absent', applied: true, reason: null, message: null }],
      },
      expect.objectContaining({ name: 'seen', ensure: null, applied: null, lookedAt: null, extensions: [] }),
    ]);
  });
});
