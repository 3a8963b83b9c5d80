/**
 * A name inside a sentence for people: as it is when it is a plain word, else in quotes and without characters that do
 * something to a terminal or cannot be seen.
 */
export function showName(name: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_$.-]*$/u.test(name)) return name;
  const safe = name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
  return `"${safe}"`;
}
