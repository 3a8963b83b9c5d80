import { mapOf, valueAt } from '../documents/plain-value.ts';
import { archiveMode } from '../manifests/archive-mode.ts';
import { fixedParameterSentence, judgeParameter } from '../manifests/fixed-parameters.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';

/** The names of the parameters, and those that CloudNativePG sets itself: https://cloudnative-pg.io/documentation/current/postgresql_conf/ */
export function checkParameterNames(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'postgresql', 'parameters'];
  const mode = archiveMode(cluster);
  return Object.entries(mapOf(valueAt(cluster, path))).flatMap(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?$/.test(name))
      return [invalid([...path, name], name, noName)];
    if (judgeParameter(name, value, mode) !== 'fixed') return [];
    return [invalid([...path, name], value, fixedParameterSentence)];
  });
}

const noName =
  'must be a valid PostgreSQL configuration parameter name (a GUC name, optionally namespaced with a single dot)';
