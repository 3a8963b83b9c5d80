import { sha256 } from '../lib/sha256.ts';
import { quoteGucValue } from './guc-file.ts';

/** The custom parameter that tells a session which text is in force. */
export const sha256Parameter = 'pg_instance_manager.config_sha256';

export interface SettingsInputs {
  /** Weaker than the user's own file. */
  readonly defaults: Readonly<Record<string, string>>;
  /** The user's postgresql.conf, absolute; undefined: it is not included. */
  readonly userConfigFile: string | undefined;
  /** Stronger than the user's own file. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface RenderedSettings {
  readonly text: string;
  readonly sha256: string;
}

const header = `# Written by pg-instance-manager; a change made here is lost. PostgreSQL is started with this file as its config_file:
# the user's own file is included below, and what stands after it wins over it.
`;

/** The one file that PostgreSQL is started with: sorted, quoted, and with its own sha256 as the last setting. */
export function renderSettings(inputs: SettingsInputs): RenderedSettings {
  const body = [
    header,
    renderLines(inputs.defaults),
    inputs.userConfigFile === undefined ? '' : `include ${quoteGucValue(inputs.userConfigFile)}\n`,
    renderLines(inputs.parameters),
  ].join('');
  const hash = sha256(body);
  return { text: `${body}${sha256Parameter} = ${quoteGucValue(hash)}\n`, sha256: hash };
}

function renderLines(settings: Readonly<Record<string, string>>): string {
  return Object.keys(settings)
    .sort()
    .map((name) => `${name} = ${quoteGucValue(settings[name] ?? '')}\n`)
    .join('');
}
