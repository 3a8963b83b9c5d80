import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { duplicate, type FieldError, invalid } from './field-error.ts';
import { checkLabelSelector } from './label-selector.ts';

/** Pods that are named in pg_hba lines: https://cloudnative-pg.io/documentation/current/postgresql_conf/#the-pg_hba-section */
export function checkPodSelectors(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'podSelectorRefs'];
  const references = listOf(valueAt(cluster, path)).map(mapOf);
  const known = new Set<string>();
  const errors = references.flatMap(({ name: given, selector }, index) => {
    const name = textOf(given);
    const isRepeated = known.has(name);
    known.add(name);
    return [
      ...(isRepeated ? [duplicate([...path, index, 'name'], name)] : []),
      ...checkLabelSelector(selector, [...path, index, 'selector']),
    ];
  });
  const rules = ['spec', 'postgresql', 'pg_hba'];
  return [
    ...errors,
    ...listOf(valueAt(cluster, rules)).flatMap((rule, index) => {
      const why = explainRule(textOf(rule), known);
      return why === undefined ? [] : [invalid([...rules, index], rule, why)];
    }),
  ];
}

function explainRule(rule: string, known: ReadonlySet<string>): string | undefined {
  const references = referencesIn(rule);
  for (const { type, name } of references) {
    if (type !== 'podselector') return `unknown descriptor type: ${type}`;
    if (!known.has(name)) return `pod selector not found: ${name}`;
  }
  return references.length > 1 ? 'at most one podselector reference is allowed per line' : undefined;
}

/** `${type:name}`; the type goes up to the first colon, whatever is before it. */
function referencesIn(rule: string): readonly { readonly type: string; readonly name: string }[] {
  const found: { readonly type: string; readonly name: string }[] = [];
  for (let at = rule.indexOf('${'); at >= 0; ) {
    const colon = rule.indexOf(':', at + 2);
    if (colon < 0) return found;
    const end = colon > at + 2 ? rule.indexOf('}', colon + 1) : colon;
    if (end < 0) return found;
    const isReference = end > colon + 1;
    if (isReference) found.push({ type: rule.slice(at + 2, colon), name: rule.slice(colon + 1, end) });
    at = rule.indexOf('${', isReference ? end + 1 : at + 2);
  }
  return found;
}
