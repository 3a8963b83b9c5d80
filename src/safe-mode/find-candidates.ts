import type { LastGood } from './last-good.ts';
import { type Exclusion, isGuarded, isPrivate, isSamePart, mayHideGuarded, type Part, placeOf } from './part.ts';
import { isAboutData, names } from './said-of.ts';

export interface FailedStart {
  readonly parts: readonly Part[];
  readonly lastGood: LastGood | undefined;
  /** What parameters have that nobody sets. */
  readonly defaults: ReadonlyMap<string, string>;
  /** FATAL and PANIC lines, and then what else was said: details and hints name things, too. */
  readonly words: readonly string[];
  readonly asides: readonly string[];
  /** Why PostgreSQL refuses the settings when it is only asked to read them and load its libraries; undefined: it does not. */
  readonly refusal: string | undefined;
  /** What of the user's file is no settings at all, and what could not be read. */
  readonly lost: readonly string[];
  /** What it was started without. */
  readonly already: readonly Exclusion[];
  /** A recovery.signal is there: what is replayed ends where the settings say, or the rest is lost to this server. */
  readonly isRestoring: boolean;
}

/**
 * The likeliest first: what PostgreSQL has named, then what has changed. A start may work with one of them left out. Undefined:
 * it is about the data or the system, and says nothing of the settings.
 */
export function findCandidates(failed: FailedStart): readonly (readonly Exclusion[])[] | undefined {
  const { lastGood, defaults, words, asides, refusal, already } = failed;
  const said = refusal === undefined ? words : [...words, refusal];
  if (said.some(isAboutData)) return undefined;
  const parts = failed.parts.filter((part) => !already.some((one) => isSamePart(one.part, part)));
  const exclusion = (part: Part): Exclusion => ({ part, instead: insteadOf(part, lastGood, defaults) });
  const effective = (candidate: readonly Exclusion[]) => candidate.filter((one) => hasEffect(one, failed));
  const named = parts.filter((part) => said.some((line) => names(line, part)));
  const hinted = parts.filter((part) => asides.some((line) => names(line, part)) && !named.includes(part));
  // It came further than before, and has named another one.
  if (already.length > 0) return effective([...named, ...hinted].map(exclusion)).map((one) => [...already, one]);
  const changed = lastGood === undefined ? [] : parts.filter((part) => isChanged(part, lastGood));
  const libraries = refusal === undefined ? [] : parts.filter(({ kind }) => kind === 'library');
  const alone = [
    ...named,
    ...hinted.filter((part) => lastGood === undefined || changed.includes(part) || part.kind === 'file'),
    ...libraries,
    ...(changed.length === 1 ? changed : []),
  ];
  const whole = lastGood === undefined ? [] : [...changed.map(exclusion), ...removedParts(parts, lastGood)];
  const candidates = [...alone.map((part) => [exclusion(part)]), whole, libraries.map(exclusion)];
  return withoutTwins([...candidates.map(effective), ...withoutLines(failed, [...named, ...hinted])]);
}

/** When nothing is known of an earlier start: all that can be read of the user's file, without what it names in it. */
function withoutLines(failed: FailedStart, suspects: readonly Part[]): readonly (readonly Exclusion[])[] {
  const { parts, lastGood, lost, words, asides } = failed;
  const lines = parts.find(({ kind }) => kind === 'lines');
  if (lastGood !== undefined || lines === undefined || !suspects.some(({ kind }) => kind === 'file')) return [];
  const own = parts.filter((part) => part.kind === 'parameter' && part.from === 'postgresql.conf');
  const said = [...words, ...asides].map((line) => line.toLowerCase());
  const named = own.filter((part) => 'name' in part && said.some((line) => line.includes(`parameter "${part.name}"`)));
  const isLeftAlone = named.some((part) => 'name' in part && isGuarded(part)) || lost.some(mayHideGuarded);
  if (named.length === own.length || isLeftAlone || failed.isRestoring) return [];
  return [[lines, ...named].map((part) => ({ part, instead: undefined }))];
}

/** What the user's files say stays there: it is only beaten by another value, or by other values for all of it. */
function hasEffect({ part, instead }: Exclusion, { lastGood, already, isRestoring }: FailedStart): boolean {
  if (part.kind === 'file') return lastGood !== undefined && !isRestoring;
  if (part.kind === 'lines') return false;
  if (part.kind !== 'parameter') return true;
  const isLine = part.from === 'postgresql.conf' && already.some((one) => one.part.kind === 'lines');
  return !isGuarded(part) && (isLine || !isUsers(part) || (instead !== undefined && instead !== part.value));
}

function isUsers({ from }: Extract<Part, { kind: 'parameter' }>): boolean {
  return from === 'ALTER SYSTEM' || from === 'postgresql.conf';
}

function insteadOf(part: Part, lastGood: LastGood | undefined, defaults: FailedStart['defaults']): string | undefined {
  if (part.kind !== 'parameter') return undefined;
  if (placeOf(part) === 'command line' && isPrivate(part)) return undefined;
  const before = lastGood?.parameters[part.name];
  // What it started with then does not help when it is what it does not start with now: the cause is somewhere else.
  if (before !== undefined && before !== part.value) return before;
  return isUsers(part) ? defaults.get(part.name) : undefined;
}

function isChanged(part: Part, good: LastGood): boolean {
  switch (part.kind) {
    case 'parameter':
      return good.parameters[part.name] !== part.value;
    case 'library':
      return !good.libraries.includes(part.name);
    case 'image':
      return good.images[part.name] !== part.value;
    case 'file':
    case 'lines':
      return false;
  }
}

/** A value that is gone can be what is missing: a standby must not have less than its primary. */
function removedParts(parts: readonly Part[], good: LastGood): readonly Exclusion[] {
  const present = new Set(parts.flatMap((part) => (part.kind === 'parameter' ? [part.name] : [])));
  return Object.entries(good.parameters)
    .filter(([name]) => !present.has(name))
    .map(([name, instead]) => ({
      part: { kind: 'parameter', name, value: '', from: 'the configuration' },
      instead,
    }));
}

function withoutTwins(candidates: readonly (readonly Exclusion[])[]): readonly (readonly Exclusion[])[] {
  const isSame = (one: readonly Exclusion[], other: readonly Exclusion[]): boolean =>
    one.length === other.length && one.every(({ part }) => other.some((exclusion) => isSamePart(part, exclusion.part)));
  return candidates.filter(
    (candidate, index) =>
      candidate.length > 0 && candidates.findIndex((earlier) => isSame(earlier, candidate)) === index,
  );
}
