import type { Finding } from '../lib/finding.ts';
import type { EffectiveSetting, EffectiveSettings, FileSettingError } from '../server/effective-settings.ts';

export interface EffectiveInputs {
  readonly effective: EffectiveSettings;
  /** Parameters of the generated text. */
  readonly desired: Readonly<Record<string, string>>;
  readonly settingsFile: string;
}

/**
 * What the command line settles can be in files as it likes: PostgreSQL shows the difference as an entry that it could
 * not take and as a pending restart, but no reload and no restart would change anything.
 */
export function withoutCommandLine(effective: EffectiveSettings, commandLine: ReadonlySet<string>): EffectiveSettings {
  const isOpen = ({ name }: { readonly name: string | undefined }): boolean =>
    name === undefined || !commandLine.has(name.toLowerCase());
  return {
    ...effective,
    pendingRestart: effective.pendingRestart.filter(isOpen),
    fileErrors: effective.fileErrors.filter(isOpen),
  };
}

/** What of the generated text is not in force although the server has read it, and who saw to that. */
export function checkEffectiveSettings(inputs: EffectiveInputs): readonly Finding[] {
  return [
    ...notApplied(inputs).map(notAppliedFinding),
    ...inputs.effective.settings.flatMap((setting) => overridden(setting, inputs)),
    ...inputs.effective.scoped
      .filter((scoped) => inputs.desired[scoped.name] !== undefined)
      .map((scoped) =>
        overriddenFinding(
          scoped.name,
          `${scoped.role === undefined ? 'ALTER DATABASE' : 'ALTER ROLE'} … SET`,
          `in ${scoped.database === undefined ? 'every database' : `database "${scoped.database}"`}${scoped.role === undefined ? '' : ` for role "${scoped.role}"`}; take it back with RESET ${scoped.name}`,
        ),
      ),
  ];
}

/** Entries that the server could not take, other than for want of a restart. */
function notApplied(inputs: Pick<EffectiveInputs, 'effective'>): readonly FileSettingError[] {
  const pending = new Set(inputs.effective.pendingRestart.map((parameter) => parameter.name.toLowerCase()));
  return inputs.effective.fileErrors.filter((entry) => !pending.has(entry.name?.toLowerCase() ?? ''));
}

function notAppliedFinding(entry: FileSettingError): Finding {
  const where = entry.file === undefined ? 'the configuration files' : `${entry.file} line ${entry.line ?? '?'}`;
  return {
    severity: 'error',
    reason: 'SettingsNotApplied',
    subject: entry.name === undefined ? 'postgres' : `parameter/${entry.name}`,
    message: `PostgreSQL could not take ${entry.name === undefined ? 'an entry' : entry.name} in ${where}: ${entry.error}. Correct that line; until then the value before it stays.`,
  };
}

function overridden(setting: EffectiveSetting, inputs: EffectiveInputs): readonly Finding[] {
  if (inputs.desired[setting.name] === undefined) return [];
  // 'client': options of the manager's own session. No file though there is one: its role may not see it.
  if (setting.source === 'client') return [];
  if (setting.source === 'configuration file' && setting.sourceFile === undefined) return [];
  // The preload list is on the command line, where the manager itself put it.
  if (setting.name === 'shared_preload_libraries' || setting.sourceFile === inputs.settingsFile) return [];
  const isPending = inputs.effective.pendingRestart.some((parameter) => parameter.name.toLowerCase() === setting.name);
  if (isPending || setting.source === 'default') return [];
  const [who, what] = overrider(setting);
  return [overriddenFinding(setting.name, who, what)];
}

function overrider(setting: EffectiveSetting): readonly [who: string, whatToDo: string] {
  const place = `${setting.sourceFile ?? 'an unknown file'} line ${setting.sourceLine ?? '?'}`;
  if (setting.sourceFile?.endsWith('/postgresql.auto.conf') === true) {
    return ['ALTER SYSTEM', `(${place}); take it back with ALTER SYSTEM RESET ${setting.name}`];
  }
  switch (setting.source) {
    case 'command line':
      return ['the command line', `of PostgreSQL; take -c ${setting.name}=… off it`];
    case 'configuration file':
      return ['a configuration file', `(${place}); take it out there`];
    default:
      return [`the source "${setting.source}"`, 'of the session; look at ALTER DATABASE … SET and ALTER ROLE … SET'];
  }
}

function overriddenFinding(name: string, who: string, what: string): Finding {
  const breaksExtensions = name === 'extension_control_path' || name === 'dynamic_library_path';
  return {
    severity: breaksExtensions ? 'error' : 'warning',
    reason: 'ParameterOverridden',
    subject: `parameter/${name}`,
    message: `The value of ${name} that the configuration asks for is overridden by ${who} ${what}.`,
  };
}
