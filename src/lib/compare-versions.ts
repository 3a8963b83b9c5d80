/** Numbers by their value, all else by its letters: 1.9 comes before 1.10. Negative: `one` comes first. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one.match(/\d+|\D+/g) ?? [], other.match(/\d+|\D+/g) ?? []];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [a = '', b = ''] = [left[index], right[index]];
    if (a === b) continue;
    const isNumeric = /^\d/.test(a) && /^\d/.test(b);
    const difference = isNumeric ? Number(a) - Number(b) : a < b ? -1 : 1;
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * PostgreSQL has no order of the versions of an extension, so whether one is older is told by its numbers; one that does not
 * begin with a number, as `ANY` or `unpackaged`, is not.
 */
export function isOlderVersion(version: string, than: string): boolean {
  return /^\d/.test(version) && /^\d/.test(than) && compareVersions(version, than) < 0;
}
