import type { Ledger } from './load.ts';

/** What PostgreSQL has, held against what it had said. */
export function judgeKeys(ledgers: readonly Ledger[], keys: ReadonlySet<string>): readonly string[] {
  const all = (of: (ledger: Ledger) => ReadonlySet<string>): readonly string[] =>
    ledgers.flatMap((one) => [...of(one)]);
  const acknowledged = new Set(all((ledger) => ledger.acknowledged));
  const inDoubt = new Set(all((ledger) => ledger.inDoubt));
  const lost = [...acknowledged].filter((key) => !keys.has(key));
  const undead = all((ledger) => ledger.rolledBack).filter((key) => keys.has(key));
  const invented = [...keys].filter((key) => !acknowledged.has(key) && !inDoubt.has(key));
  return [
    ...complaint(lost, `of ${acknowledged.size} acknowledged keys are lost`),
    ...complaint(undead, 'keys are there that were rolled back'),
    ...complaint(invented, 'keys are there that nobody has committed'),
  ];
}

function complaint(keys: readonly string[], what: string): readonly string[] {
  return keys.length === 0 ? [] : [`${keys.length} ${what}, for instance ${keys.slice(0, 3).join(', ')}`];
}
