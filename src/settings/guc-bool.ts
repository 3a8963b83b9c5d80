const words = ['true', 'false', 'yes', 'no', 'on', 'off'] as const;

/**
 * A boolean as PostgreSQL reads it: any unambiguous prefix of a word, in any case, or 1 and 0.
 * https://www.postgresql.org/docs/18/config-setting.html#CONFIG-SETTING-NAMES-VALUES
 */
export function parseGucBool(value: string): boolean | undefined {
  if (value === '1') return true;
  if (value === '0') return false;
  const lower = value.toLowerCase();
  if (lower === '' || lower === 'o') return undefined;
  const word = words.find((candidate) => candidate.startsWith(lower));
  return word === undefined ? undefined : word === 'true' || word === 'yes' || word === 'on';
}
