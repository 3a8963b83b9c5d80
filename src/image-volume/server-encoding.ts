const names: ReadonlySet<string> = new Set([
  ...['abc', 'alt', 'euccn', 'eucjis2004', 'eucjp', 'euckr', 'euctw', 'koi8', 'koi8r', 'koi8u', 'muleinternal'],
  ...['sqlascii', 'tcvn', 'tcvn5712', 'unicode', 'utf8', 'vscii', 'win'],
  ...['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '13', '14', '15', '16'].map((part) => `iso8859${part}`),
  ...['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'].map((part) => `latin${part}`),
  ...['866', '874', '1250', '1251', '1252', '1253', '1254', '1255', '1256', '1257', '1258'].flatMap((page) => [
    `win${page}`,
    `windows${page}`,
  ]),
]);

/** Longer names are refused before they are looked at. */
const maxNameLength = 63;

/**
 * Whether PostgreSQL takes a name for an encoding that a database can have; only letters and digits of it count.
 * https://www.postgresql.org/docs/18/multibyte.html#MULTIBYTE-CHARSET-SUPPORTED
 */
export function isServerEncoding(name: string): boolean {
  return name.length <= maxNameLength && names.has(name.replace(/[^A-Za-z0-9]/g, '').toLowerCase());
}
