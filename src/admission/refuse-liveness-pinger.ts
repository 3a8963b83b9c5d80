import { mapOf } from '../documents/plain-value.ts';
import { jsonKind, parseJsonText } from './json-text.ts';

/** Why an annotation does not configure the isolation check: https://cloudnative-pg.io/documentation/current/instance_manager/#primary-isolation */
export function refuseLivenessPinger(text: string): string | undefined {
  const config = parseJsonText(text);
  if (config.kind === 'no json') return refused('it is no JSON');
  const kind = jsonKind(config.value);
  if (kind !== 'object' && kind !== 'null') {
    return refused(`json: cannot unmarshal ${kind} into Go value of type v1.IsolationCheckConfiguration`);
  }
  const values = mapOf(config.value);
  for (const [field, type] of fields) {
    const found = jsonKind(values[field]);
    const fits = type === 'int' ? Number.isInteger(values[field]) : found === type;
    if (found === 'null' || fits) continue;
    const shown = found === 'number' ? `number ${String(values[field])}` : found;
    return refused(
      `json: cannot unmarshal ${shown} into Go struct field IsolationCheckConfiguration.${field} of type ${type}`,
    );
  }
  return jsonKind(values['enabled']) === 'bool' ? undefined : 'pinger config is missing the enabled field';
}

function refused(why: string): string {
  return `while unmarshalling pinger config: ${why}`;
}

const fields = [
  ['enabled', 'bool'],
  ['requestTimeout', 'int'],
  ['connectionTimeout', 'int'],
] as const;
