import { describe, expect, test } from 'vitest';
import { checkEffectiveSettings } from '../../../src/reconcile/check-effective-settings.ts';
import type { EffectiveSetting, EffectiveSettings } from '../../../src/server/effective-settings.ts';

const settingsFile = '/data/pg-instance-manager.conf';
const desired = { work_mem: '8MB', extension_control_path: '$system:/extensions/geo/share', wal_level: 'logical' };

function aSetting(changes: Partial<EffectiveSetting> = {}): EffectiveSetting {
  return {
    name: 'work_mem',
    value: '8MB',
    source: 'configuration file',
    sourceFile: settingsFile,
    sourceLine: 7,
    ...changes,
  };
}

function check(changes: Partial<EffectiveSettings>, further: Readonly<Record<string, string>> = {}) {
  const effective = { settings: [], pendingRestart: [], fileErrors: [], scoped: [], ...changes };
  return checkEffectiveSettings({ effective, desired: { ...desired, ...further }, settingsFile });
}

test('finds nothing when every parameter comes from the generated file', () => {
  expect(check({ settings: [aSetting(), aSetting({ name: 'extension_control_path' })] })).toEqual([]);
});

describe('an entry that the server could not take', () => {
  const fileError = { name: 'work_mem', file: '/data/postgresql.conf', line: 3, error: 'setting could not be applied' };

  test('is an error, with its place', () => {
    const [finding, ...others] = check({ fileErrors: [fileError] });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ severity: 'error', reason: 'SettingsNotApplied', subject: 'parameter/work_mem' });
    expect(finding?.message).toContain('work_mem in /data/postgresql.conf line 3: setting could not be applied');
  });

  test('is none when it only waits for a restart, however its name is written', () => {
    const pendingRestart = [{ name: 'TimeZone', running: 'UTC', desired: 'GMT' }];
    expect(check({ fileErrors: [{ ...fileError, name: 'timezone' }], pendingRestart })).toEqual([]);
  });

  test('need not have a name or a place: a syntax error', () => {
    const [finding] = check({
      fileErrors: [{ name: undefined, file: undefined, line: undefined, error: 'syntax error' }],
    });
    expect(finding).toMatchObject({ subject: 'postgres', reason: 'SettingsNotApplied' });
    expect(finding?.message).toContain('an entry in the configuration files: syntax error');
  });
});

describe('a parameter that somebody else has set', () => {
  test.each<[string, Partial<EffectiveSetting>, string]>([
    ['ALTER SYSTEM', { sourceFile: '/data/postgresql.auto.conf', sourceLine: 3 }, 'ALTER SYSTEM RESET work_mem'],
    ['the command line', { source: 'command line', sourceFile: undefined }, '-c work_mem='],
    ['another file', { sourceFile: '/data/postgresql.conf', sourceLine: 9 }, '/data/postgresql.conf line 9'],
    ['ALTER ROLE', { source: 'user', sourceFile: undefined }, 'ALTER ROLE'],
    ['ALTER DATABASE', { source: 'database', sourceFile: undefined }, 'ALTER DATABASE'],
  ])('is told with who it is: %s', (_, changes, words) => {
    const findings = check({ settings: [aSetting({ value: '1MB', ...changes })] });
    expect(findings).toMatchObject([
      { severity: 'warning', reason: 'ParameterOverridden', subject: 'parameter/work_mem' },
    ]);
    expect(findings[0]?.message).toContain(words);
  });

  test.each(['extension_control_path', 'dynamic_library_path'])('is an error for %s: extensions break', (name) => {
    const setting = aSetting({ name, sourceFile: '/data/postgresql.auto.conf' });
    expect(check({ settings: [setting] }, { [name]: '/a' })).toMatchObject([
      { severity: 'error', reason: 'ParameterOverridden', subject: `parameter/${name}` },
    ]);
  });

  test('is not told of the libraries to preload, which the manager itself puts on the command line', () => {
    const setting = aSetting({ name: 'shared_preload_libraries', source: 'command line', sourceFile: undefined });
    expect(check({ settings: [setting] }, { shared_preload_libraries: 'pgaudit' })).toEqual([]);
  });

  test('is not told of one that only waits for a restart', () => {
    const setting = aSetting({ name: 'wal_level', value: 'replica', source: 'default', sourceFile: undefined });
    const pendingRestart = [{ name: 'wal_level', running: 'replica', desired: 'logical' }];
    expect(check({ settings: [setting], pendingRestart })).toEqual([]);
    expect(check({ settings: [{ ...setting, source: 'command line' }], pendingRestart })).toEqual([]);
  });

  test('is not told of what the session of the manager sets for itself, which nobody else sees', () => {
    const setting = aSetting({ name: 'statement_timeout', value: '3s', source: 'client', sourceFile: undefined });
    expect(check({ settings: [setting] }, { statement_timeout: '30s' })).toEqual([]);
  });

  test('is not told when the role of the manager may not see which file a value is from', () => {
    expect(check({ settings: [aSetting({ sourceFile: undefined, sourceLine: undefined })] })).toEqual([]);
  });

  test('is not told of one that the configuration does not ask for', () => {
    const setting = aSetting({ name: 'dynamic_library_path', sourceFile: '/data/postgresql.conf' });
    expect(check({ settings: [setting] })).toEqual([]);
  });
});

describe('a path that is set for a database or a role', () => {
  test.each([
    [{ database: 'app', role: undefined }, 'ALTER DATABASE … SET in database "app"'],
    [{ database: undefined, role: 'joe' }, 'ALTER ROLE … SET in every database for role "joe"'],
    [{ database: 'app', role: 'joe' }, 'ALTER ROLE … SET in database "app" for role "joe"'],
  ])('beats every file: %o', (scope, words) => {
    const findings = check({ scoped: [{ name: 'extension_control_path', ...scope }] });
    expect(findings).toMatchObject([{ severity: 'error', subject: 'parameter/extension_control_path' }]);
    expect(findings[0]?.message).toContain(words);
  });

  test("is nobody's business when the manager sets none", () => {
    expect(check({ scoped: [{ name: 'dynamic_library_path', database: 'app', role: undefined }] })).toEqual([]);
  });
});
