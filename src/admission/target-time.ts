import { goInteger } from './go-integer.ts';

/**
 * Whether CloudNativePG takes a text for the time to recover to: as PostgreSQL writes one, or by RFC 3339, in which the
 * zone may be missing.
 */
export function isTargetTime(text: string): boolean {
  return isPostgresTime(text) || isRfc3339(text);
}

/**
 * As https://github.com/lib/pq reads what PostgreSQL writes. It wants numbers in the right places, and takes whatever they are:
 * there is a 99th of the 99th month.
 */
function isPostgresTime(text: string): boolean {
  const year = text.indexOf('-');
  const isBeforeChrist = text.endsWith(' BC');
  const date = text.slice(year + 1, year + 6);
  if (year < 1 || goInteger(text.slice(0, year)) === undefined || !matches(date, 'nn-nn')) return false;
  const rest = text.slice(year + 6, isBeforeChrist ? -3 : undefined);
  if (rest === '') return true;
  const time = rest.slice(0, 9);
  return matches(time, ' nn:nn:nn') && isFractionAndZone(rest.slice(9));
}

function isFractionAndZone(text: string): boolean {
  if (!text.startsWith('.')) return isZone(text);
  const length = text.slice(1).search(/[-+Z ]/);
  const end = length === -1 ? text.length : length + 1;
  return goInteger(text.slice(1, end)) !== undefined && isZone(text.slice(end));
}

function isZone(text: string): boolean {
  if (text === '' || text === 'Z') return true;
  const offset = text.slice(1);
  return /^[-+]/.test(text) && ['nn', 'nn:nn', 'nn:nn:nn'].some((pattern) => matches(offset, pattern));
}

/** `nn` in the pattern stands for two characters of a number, which may have a sign; all others for themselves. */
function matches(text: string, pattern: string): boolean {
  if (text.length !== pattern.length) return false;
  const separators = [...pattern].every((one, index) => one === 'n' || text.charAt(index) === one);
  const numbers = [...pattern.matchAll(/nn/g)].map(({ index }) => text.slice(index, index + 2));
  return separators && numbers.every((number) => goInteger(number) !== undefined);
}

function isRfc3339(text: string): boolean {
  const found = rfc3339.exec(text)?.groups;
  if (found === undefined) return false;
  const [year, month, day] = [Number(found['year']), Number(found['month']), Number(found['day'])];
  const [hour, minute, second] = [Number(found['hour']), Number(found['minute']), Number(found['second'])];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  // Go has nothing against a zone of 24 hours or 60 minutes.
  return Number(found['zoneHour'] ?? 0) <= 24 && Number(found['zoneMinute'] ?? 0) <= 60;
}

// Go takes a single digit for the hour and a comma for the point.
const rfc3339 =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T(?<hour>\d\d?):(?<minute>\d\d):(?<second>\d\d)(?:[.,]\d+)?(?:Z|[-+](?<zoneHour>\d\d):(?<zoneMinute>\d\d))?$/;

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
