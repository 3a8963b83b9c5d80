import { InvalidArgumentError } from 'commander';
import type { HostAndPort } from '../http/bound-address.ts';
import { ExitError } from '../lib/errors.ts';
import { exitCode } from '../lib/exit-code.ts';

/** Values of flags: text in, value out, or one sentence about what was expected. */

/** `0.0.0.0:8000`, `[::]:8000`, `:8000` (all addresses), or `off`. */
export function parseAddress(text: string): HostAndPort | 'off' {
  // not undefined, which commander takes for "no value"
  if (text === 'off') return 'off';
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new InvalidArgumentError(`Expected host:port, [IPv6]:port, :port or off, found "${text}".`);
  }
  return { host: match[1] ?? (match[2] === undefined || match[2] === '' ? '0.0.0.0' : match[2]), port };
}

/** Seconds, as `60`, `60s`, `1.5m` or `500ms`; gives milliseconds. */
export function parseDurationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const factor = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match?.[2] ?? 's'];
  const value = Number(match?.[1]) * (factor ?? Number.NaN);
  if (!(value > 0 && value <= 7 * 24 * 3_600_000)) {
    throw new InvalidArgumentError(`Expected a time such as 60, 60s, 1.5m or 500ms, found "${text}".`);
  }
  return value;
}

export function parseCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError(`Expected a whole number, found "${text}".`);
  return Number(text);
}

/** In the environment a switch needs a word, and `false` must not switch on. */
export function parseYesNo(text: string): boolean {
  if (/^(yes|true|on|1)$/i.test(text)) return true;
  if (/^(no|false|off|0|)$/i.test(text)) return false;
  throw new InvalidArgumentError(`Expected yes or no, found "${text}".`);
}

/**
 * `-c name=value`, collected; names are the same in upper and lower case. Not an error of commander, which would repeat the
 * value.
 */
export function collectServerOption(text: string, previous: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const match = /^([A-Za-z_][A-Za-z0-9_$]*(?:\.[A-Za-z_][A-Za-z0-9_$]*)?)=([\s\S]*)$/.exec(text);
  if (match === null)
    throw new ExitError(exitCode.usage, `error: -c takes a parameter as name=value, found "${nameOf(text)}".`);
  const name = (match[1] ?? '').toLowerCase();
  if (name === 'data_directory') throw new InvalidArgumentError('The data folder is given with --pgdata.');
  return new Map([...previous, [name, match[2] ?? '']]);
}

function nameOf(text: string): string {
  const equals = text.indexOf('=');
  return equals < 0 ? text : `${text.slice(0, equals)}=…`;
}
