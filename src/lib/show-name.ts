/** A name inside a sentence for people: as it is when it is a plain word, else in quotes and without control characters. */
export function showName(name: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_$.-]*$/u.test(name)) return name;
  const safe = name.replace(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${safe}"`;
}
