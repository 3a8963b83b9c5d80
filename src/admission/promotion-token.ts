import { mapOf } from '../documents/plain-value.ts';
import { jsonKind, parseJsonText } from './json-text.ts';

/** Why a token does not promote a replica cluster: https://cloudnative-pg.io/documentation/current/replica_cluster/#demoting-a-primary-to-a-replica-cluster */
export function refusePromotionToken(token: string): string | undefined {
  if (token.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(token))
    return formatSentence('Base64', 'illegal base64 data');
  const content = parseJsonText(new TextDecoder().decode(Uint8Array.from(atob(token), (sign) => sign.charCodeAt(0))));
  if (content.kind === 'no json') return formatSentence('JSON', 'it is no JSON');
  const kind = jsonKind(content.value);
  if (kind !== 'object' && kind !== 'null') {
    return formatSentence(
      'JSON',
      `json: cannot unmarshal ${kind} into Go value of type utils.PgControldataTokenContent`,
    );
  }
  const values = mapOf(content.value);
  const wrong = members.find(([field]) => !['null', 'string'].includes(jsonKind(values[field])));
  if (wrong !== undefined) {
    const found = jsonKind(values[wrong[0]]);
    const field = `PgControldataTokenContent.${wrong[0]}`;
    return formatSentence('JSON', `json: cannot unmarshal ${found} into Go struct field ${field} of type string`);
  }
  const empty = members.find(([field]) => (values[field] ?? '') === '');
  if (empty === undefined) return undefined;
  return `Invalid promotionToken content: invalid promotion token (${empty[1]} is empty)`;
}

function formatSentence(layer: 'Base64' | 'JSON', mistake: string): string {
  return `Invalid promotionToken format: invalid promotion token (${layer} decoding failed): ${mistake}`;
}

// Each with the name that complaints have for it.
const members = [
  ['latestCheckpointTimelineID', 'LatestCheckpointTimelineID'],
  ['redoWalFile', 'REDOWALFile'],
  ['databaseSystemIdentifier', 'DatabaseSystemIdentifier'],
  ['latestCheckpointREDOLocation', 'LatestCheckpointREDOLocation'],
  ['timeOfLatestCheckpoint', 'TimeOfLatestCheckpoint'],
  ['operatorVersion', 'OperatorVersion'],
] as const;
