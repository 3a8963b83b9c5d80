import { parseGucBool } from '../settings/guc-bool.ts';
import { type GucFileEntry, parseGucFile } from '../settings/guc-file.ts';
import { splitIdentifierList } from '../settings/guc-list.ts';
import { isServerEncoding } from './server-encoding.ts';

/** https://www.postgresql.org/docs/18/extend-extensions.html#EXTEND-EXTENSIONS-FILES-CONTROL-FILE */
export interface ControlFile {
  readonly directory?: string;
  readonly defaultVersion?: string;
  readonly modulePathname?: string;
  readonly comment?: string;
  readonly schema?: string;
  readonly relocatable: boolean;
  readonly superuser: boolean;
  readonly trusted: boolean;
  readonly encoding?: string;
  readonly requires: readonly string[];
  readonly noRelocate: readonly string[];
}

/** `message` is what PostgreSQL says, without the name of the file. */
export type ParsedControlFile =
  | { readonly kind: 'valid'; readonly control: ControlFile }
  | { readonly kind: 'invalid'; readonly message: string };

/** An auxiliary file (`<name>--<version>.control`) changes what the primary one says for one version. */
export type ControlFileRole = 'primary' | 'auxiliary';

type Setting = Extract<GucFileEntry, { kind: 'setting' }>;
type Fields = { -readonly [Key in keyof ControlFile]: ControlFile[Key] };

/** Accepts and refuses what PostgreSQL's parse_extension_control_file does. */
export function parseControlFile(text: string, role: ControlFileRole = 'primary'): ParsedControlFile {
  const parsed = parseGucFile(text);
  if (parsed.kind === 'syntax-error') return invalid(`syntax error in line ${parsed.line}, near ${parsed.near}`);
  const fields: Fields = { relocatable: false, superuser: true, trusted: false, requires: [], noRelocate: [] };
  for (const entry of parsed.entries) {
    // PostgreSQL would follow it, out of the image too. No extension is known to do so, and what cannot be checked
    // is not put in front of every session.
    if (entry.kind === 'include') return invalid(`"${entry.directive}" of another file in line ${entry.line}`);
    const message = applySetting(fields, entry, role);
    if (message !== undefined) return invalid(message);
  }
  if (fields.relocatable && fields.schema !== undefined) {
    return invalid('parameter "schema" cannot be specified when "relocatable" is true');
  }
  return { kind: 'valid', control: fields };
}

function invalid(message: string): ParsedControlFile {
  return { kind: 'invalid', message };
}

/** Returns what is wrong with it. Names are compared with their case, unlike those of settings. */
function applySetting(fields: Fields, setting: Setting, role: ControlFileRole): string | undefined {
  const { name, value } = setting;
  switch (name) {
    case 'directory':
    case 'default_version':
      if (role === 'auxiliary') return `parameter "${name}" cannot be set in a secondary extension control file`;
      fields[name === 'directory' ? 'directory' : 'defaultVersion'] = value;
      return undefined;
    case 'module_pathname':
      fields.modulePathname = value;
      return undefined;
    case 'comment':
    case 'schema':
      fields[name] = value;
      return undefined;
    case 'encoding':
      fields.encoding = value;
      return isServerEncoding(value) ? undefined : `"${value}" is not a valid encoding name`;
    case 'relocatable':
    case 'superuser':
    case 'trusted':
      return applyBoolean(fields, name, value);
    case 'requires':
    case 'no_relocate':
      return applyList(fields, name, value);
    default:
      return `unrecognized parameter "${name}"`;
  }
}

function applyBoolean(
  fields: Fields,
  name: 'relocatable' | 'superuser' | 'trusted',
  value: string,
): string | undefined {
  const parsed = parseGucBool(value);
  if (parsed === undefined) return `parameter "${name}" requires a Boolean value`;
  fields[name] = parsed;
  return undefined;
}

function applyList(fields: Fields, name: 'requires' | 'no_relocate', value: string): string | undefined {
  const list = splitIdentifierList(value);
  if (list.kind === 'malformed') return `parameter "${name}" must be a list of extension names`;
  fields[name === 'requires' ? 'requires' : 'noRelocate'] = list.names;
  return undefined;
}
