/** The known key that somebody probably meant by an unknown one, if there is one close enough. */
export function suggestKey(unknown: string, known: readonly string[]): string | undefined {
  if (unknown.length > 60) return undefined;
  const wanted = plain(unknown);
  const closest = known
    .map((key) => ({ key, distance: editDistance(wanted, plain(key)) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  if (closest === undefined) return undefined;
  return closest.distance <= (plain(closest.key).length > 5 ? 2 : 1) ? closest.key : undefined;
}

// extensionControlPath and extension-control-path are the same idea as extension_control_path.
function plain(key: string): string {
  return key.toLowerCase().replaceAll(/[-_]/g, '');
}

// Levenshtein's, one row at a time.
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
