import { looksSecret } from './looks-secret.ts';

/**
 * A line of PostgreSQL or of one of its programs for the log, without what is a password by the words before it: the
 * server repeats a statement that failed, and a parameter that a reload has changed. A line at a time, so the text of a
 * statement that goes on in the next line after the word is not seen.
 */
export function hideSecrets(line: string): string {
  if (!/pass|secret|token|credential|private|key|:\/\//i.test(line)) return line;
  return withoutRolePassword(line)
    .replace(namedParameter, (whole: string, before: string, name: string) =>
      looksSecret(name) ? `${before}…` : whole,
    )
    .replace(literal, '$1…')
    .replace(assigned, '$1…')
    .replace(inAddress, '$1…@');
}

/** `parameter "a.token" changed to "…"`, `invalid value for parameter "a.token": "…"` */
const namedParameter = /(parameter "([^"]*)"(?: changed to|:) )[^\n]*/g;
/** `PASSWORD '…'`, `password "…" '…'`, also of an option: `OPTIONS (password '…')`. */
const literal =
  /((?:password|passphrase|secret|token)"?\s*(?:(?:=>?|:|TO\b)\s*)?E?)(?:''[^']+''|'(?:[^'\\]|''|\\.)*'?)/gi;
/** Of a connection string: `password=…`. https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING */
const assigned = /((?:password|passphrase|secret|token)\s*=\s*)[^\s'"&;,)]+/gi;
const inAddress = /(:\/\/[^\s:@/]*:)[^\s@/]+@/g;

/** Whatever stands behind the word, as far as the line goes. */
function withoutRolePassword(line: string): string {
  const statement = /\b(?:CREATE|ALTER) (?:ROLE|USER)\b(?! MAPPING)/i.exec(line);
  const start = statement === null ? line.length : statement.index + statement[0].length;
  const word = /\bPASSWORD\s/i.exec(line.slice(start));
  return word === null ? line : `${line.slice(0, start + word.index + word[0].length)}…`;
}
