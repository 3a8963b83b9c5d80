import { listOf, textOf, valueAt } from '../documents/plain-value.ts';
import { askedMajor } from './check-parameter-values.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';
import { parametersOf } from './given.ts';
import { parsePostgresBoolean } from './postgres-values.ts';

const slots = ['spec', 'replicationSlots'];

/** https://cloudnative-pg.io/documentation/current/replication/#replication-slots */
export function checkReplicationSlots(cluster: ClusterValue): readonly FieldError[] {
  return [...checkPatterns(cluster), ...checkDecoding(cluster)];
}

function checkPatterns(cluster: ClusterValue): readonly FieldError[] {
  const isOn = (part: string): boolean => valueAt(cluster, [...slots, part, 'enabled']) !== false;
  if (!isOn('highAvailability') && !isOn('synchronizeReplicas')) return [];
  const path = [...slots, 'synchronizeReplicas', 'excludePatterns'];
  const wrong = listOf(valueAt(cluster, path)).filter((pattern) => !isPattern(textOf(pattern)));
  if (wrong.length === 0) return [];
  return [invalid(path, wrong, 'Cannot configure synchronizeReplicas. Invalid regexes were found')];
}

// Go's expressions are nearly a part of those here; `(?i)` and its like come first there.
function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern.replace(/^\(\?[imsU]+\)/, ''), 'v');
    return true;
  } catch {
    return false;
  }
}

function checkDecoding(cluster: ClusterValue): readonly FieldError[] {
  const path = [...slots, 'highAvailability', 'synchronizeLogicalDecoding'];
  const parameters = parametersOf(cluster);
  if (valueAt(cluster, path) !== true) return [];
  if ([...parameters.keys()].some((name) => name.startsWith('pg_failover_slots.'))) return [];
  const major = askedMajor(cluster);
  if (major === undefined) return [];
  if (major < 17) {
    const message =
      'pg_failover_slots extension must be enabled to use synchronizeLogicalDecoding with Postgres versions < 17';
    return [invalid(path, true, message)];
  }
  const isOn = (name: string): boolean => parsePostgresBoolean(parameters.get(name) ?? '') === true;
  const field = '`spec.replicationSlots.highAvailability.synchronizeLogicalDecoding`';
  const refuse = (name: string, message: string): readonly FieldError[] =>
    isOn(name) ? [] : [invalid(['spec', 'postgresql', 'parameters', name], false, message)];
  return [
    ...refuse('hot_standby_feedback', `\`hot_standby_feedback\` must be enabled to enable ${field}`),
    ...refuse(
      'sync_replication_slots',
      `either \`sync_replication_slots\` setting or pg_failover_slots extension must be enabled to enable ${field}`,
    ),
  ];
}
