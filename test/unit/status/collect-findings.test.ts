import { describe, expect, test } from 'vitest';
import type { ConfigurationProblem } from '../../../src/configuration/parse-configuration.ts';
import type { Finding, Severity } from '../../../src/lib/finding.ts';
import type { RestartReason } from '../../../src/reconcile/restart-required.ts';
import type { ServerAnswer } from '../../../src/server/server-answer.ts';
import { collectFindings } from '../../../src/status/collect-findings.ts';
import { nothingLost, type Snapshot } from '../../../src/status/snapshot.ts';
import { aDatabaseReport, aReport } from '../../support/a-database-report.ts';
import { aDesiredState, anObservation, aPass, aSnapshot } from '../../support/a-snapshot.ts';
import { anImage, aWorld } from '../../support/an-extension.ts';

function aFinding(severity: Severity, message: string): Finding {
  return { severity, reason: 'Shadowed', subject: 'extension/geo', message };
}

const problem: ConfigurationProblem = {
  file: 'instance.yaml',
  line: 4,
  column: 5,
  path: 'extensions[0].name',
  found: '"Foo"',
  expected: 'lower case',
  message: 'correct it',
};

const reason: RestartReason = { name: 'LD_LIBRARY_PATH', running: '/a', desired: '/b', extensions: ['geo'] };

function reasonsOf(changes: Partial<Snapshot>): readonly string[] {
  return collectFindings(aSnapshot(changes)).map((finding) => finding.reason);
}

test('there are none when all is well, and none before the first pass', () => {
  expect(collectFindings(aSnapshot({ pass: aPass() }))).toEqual([]);
  expect(collectFindings(aSnapshot())).toEqual([]);
});

test('come with the errors first, else in the order in which they were found', () => {
  const world = aWorld({
    images: [anImage({}, [aFinding('info', '1'), aFinding('error', '2')])],
    findings: [aFinding('warning', '3'), aFinding('error', '4')],
  });
  const serverFindings = [aFinding('info', '5'), aFinding('error', '6')];
  const accessFindings = [aFinding('warning', '7'), aFinding('error', '8')];
  const findings = collectFindings(aSnapshot({ pass: aPass({ world }), serverFindings, accessFindings }));
  expect(findings.map(({ message }) => message)).toEqual(['2', '4', '6', '8', '3', '7', '1', '5']);
});

describe('the configuration', () => {
  test('has a warning while it cannot be watched', () => {
    expect(collectFindings(aSnapshot({ watchFailure: 'EMFILE: too many open files' }))).toMatchObject([
      { severity: 'warning', reason: 'ConfigurationWarning', message: expect.stringContaining('(EMFILE: too many') },
    ]);
  });

  const inForce = { ...aPass().inForce, problems: [problem], warnings: [{ ...problem, line: 9 }] };

  test('has an error for each mistake, with its place, and a warning for what is only odd', () => {
    expect(collectFindings(aSnapshot({ pass: aPass({ inForce }) }))).toEqual([
      {
        severity: 'error',
        reason: 'ConfigurationInvalid',
        subject: 'configuration',
        message: 'instance.yaml:4:5: extensions[0].name: found "Foo", expected lower case; correct it',
      },
      expect.objectContaining({ severity: 'warning', reason: 'ConfigurationWarning', subject: 'configuration' }),
    ]);
  });
});

describe('settings that PostgreSQL refused', () => {
  const { settings } = aDesiredState();

  test('are an error with its reason', () => {
    const outcomes = [
      {
        action: { kind: 'install-settings', settings } as const,
        outcome: { kind: 'failed', reason: 'unrecognized configuration parameter "x"' } as const,
      },
    ];
    const [finding, ...others] = collectFindings(aSnapshot({ pass: aPass({ outcomes }) }));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ severity: 'error', reason: 'SettingsRefused', subject: 'configuration' });
    expect(finding?.message).toContain('unrecognized configuration parameter "x"');
  });

  test('are not to be confused with other actions that failed or were carried out', () => {
    const outcomes = [
      { action: { kind: 'install-settings', settings } as const, outcome: { kind: 'done' } as const },
      { action: { kind: 'reload', sha256: 'x' } as const, outcome: { kind: 'failed', reason: 'slow' } as const },
    ];
    expect(reasonsOf({ pass: aPass({ outcomes }) })).toEqual([]);
  });
});

describe('the login of the manager', () => {
  test('that is refused is a warning, with the words of the server', () => {
    const answer: ServerAnswer = { kind: 'refused-login', sqlState: '28000', message: 'no pg_hba.conf entry' };
    const [finding] = collectFindings(aSnapshot({ observation: anObservation({ answer }) }));
    expect(finding).toMatchObject({ severity: 'warning', reason: 'ManagerCannotLogIn', subject: 'postgres' });
    expect(finding?.message).toContain('28000: no pg_hba.conf entry');
  });

  test.each<ServerAnswer>([
    { kind: 'full', message: 'too many clients' },
    { kind: 'silent', message: 'connect ECONNREFUSED' },
    { kind: 'rejecting', message: 'starting up' },
  ])('is not the matter when the server is $kind', (answer) => {
    expect(reasonsOf({ observation: anObservation({ answer }) })).toEqual([]);
  });
});

describe('a restart', () => {
  const required = { isRequired: true, key: 'k', madeFor: undefined };

  test('that is required is a warning with the names of what waits for it', () => {
    const restartReasons = [reason, { ...reason, name: 'wal_level' }];
    const [finding] = collectFindings(aSnapshot({ pass: aPass({}, { restart: required }), restartReasons }));
    expect(finding).toMatchObject({ severity: 'warning', reason: 'RestartRequired', subject: 'postgres' });
    expect(finding?.message).toContain('LD_LIBRARY_PATH, wal_level');
  });

  test.each([
    ['was made for these reasons did not help', 'k', ['RestartDidNotHelp']],
    ['was made for others is still required', 'other', ['RestartRequired']],
  ])('that %s', (_, madeFor, expected) => {
    const pass = aPass({}, { restart: { ...required, madeFor } });
    expect(reasonsOf({ pass, restartReasons: [reason] })).toEqual(expected);
  });

  test('that nobody needs is not mentioned, although one was made', () => {
    expect(reasonsOf({ pass: aPass({}, { restart: { ...required, madeFor: 'k' } }) })).toEqual([]);
  });
});

test('has what the databases and the last words of the server say', () => {
  const remark = { reason: 'OwnerMissing', message: 'There is no such role.' } as const;
  const databases = aReport([aDatabaseReport('app', { applied: false, remark })]);
  const lastWords = ['[42] FATAL:  resource manager with ID 137 not registered'];
  expect(reasonsOf({ databases, lastWords })).toEqual(['WalNeedsLibrary', 'OwnerMissing']);
});

test('a lock file that was taken from under a living server is told, with what becomes of it', () => {
  expect(
    collectFindings(aSnapshot({ observation: anObservation({ losses: { ...nothingLost, isLockFileLost: true } }) })),
  ).toEqual([
    expect.objectContaining({
      severity: 'error',
      reason: 'LockFileLost',
      message: expect.stringContaining('a minute'),
    }),
  ]);
});
