/** Which extensions one requires, by name; empty for those of which nothing is known. */
export type RequiresOf = (extension: string) => readonly string[];

/**
 * What is required comes before what requires it, also by way of extensions that are not among `names`; apart from
 * that the order stays. A circle is cut where it closes.
 */
export function orderExtensions(names: readonly string[], requiresOf: RequiresOf): readonly string[] {
  if (names.length < 2) return names;
  const wanted = new Set(names);
  const ordered: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const required of requiresOf(name)) visit(required);
    if (wanted.has(name)) ordered.push(name);
  };
  for (const name of names) visit(name);
  return ordered;
}

/** All that an extension needs, and what these need in turn; itself only if it stands in a circle. */
export function allRequired(extension: string, requiresOf: RequiresOf): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const required of requiresOf(name)) {
      if (found.has(required)) continue;
      found.add(required);
      visit(required);
    }
  };
  visit(extension);
  return found;
}
