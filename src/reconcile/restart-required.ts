import { compareEnvironment, type EnvironmentDifference } from '../environment/compare-environment.ts';
import { hideSecrets } from '../lib/hide-secrets.ts';
import { looksSecret } from '../lib/looks-secret.ts';
import { sha256 } from '../lib/sha256.ts';
import type { EffectiveSettings } from '../server/effective-settings.ts';
import { splitLibraryList } from '../settings/guc-list.ts';
import { asWanted, mergeLibraryLists } from '../settings/preload-libraries.ts';

/** Something that only a new postmaster will have. */
export interface RestartReason {
  /** A variable of the environment or a parameter. */
  readonly name: string;
  readonly running: string | null;
  readonly desired: string | null;
  /** The extensions that cause it. */
  readonly extensions: readonly string[];
}

export interface RestartInputs {
  readonly running: Readonly<Record<string, string>> | undefined;
  readonly desired: Readonly<Record<string, string>>;
  readonly owners: ReadonlyMap<string, readonly string[]>;
  readonly extensionsDirectory: string;
  readonly effective: EffectiveSettings | undefined;
  readonly preload: { readonly running: string | undefined; readonly desired: string | undefined };
  /** Which image has which library (file names without .so). */
  readonly libraries: ReadonlyMap<string, string>;
}

/** Everything for which a restart is required; empty when the running postmaster has all that is desired. */
export function restartReasons(inputs: RestartInputs): readonly RestartReason[] {
  return wholeReasons(inputs).map(masked);
}

/**
 * The same reasons give the same key: to remember what a restart was already made for. Made of the values as they are,
 * since two that are hidden look alike, and hashed, since it is kept.
 */
export function restartKey(inputs: RestartInputs): string {
  return sha256(JSON.stringify(wholeReasons(inputs).map(({ name, running, desired }) => [name, running, desired])));
}

interface WholeReason extends RestartReason {
  readonly mayBeShown: boolean;
}

function wholeReasons(inputs: RestartInputs): readonly WholeReason[] {
  const environment = inputs.running === undefined ? [] : compareEnvironment(inputs.running, inputs.desired);
  const pending = (inputs.effective?.pendingRestart ?? [])
    // Given on the command line, so PostgreSQL compares it with the files only; it is looked at below.
    .filter((parameter) => parameter.name !== 'shared_preload_libraries')
    .map((parameter) => ({
      name: parameter.name,
      running: parameter.running,
      desired: parameter.desired ?? null,
      extensions: [],
      mayBeShown: !looksSecret(parameter.name),
    }));
  return [
    ...environment.map((difference) => environmentReason(difference, inputs)),
    ...preloadReason(inputs),
    ...pending,
  ];
}

function environmentReason(difference: EnvironmentDifference, inputs: RestartInputs): WholeReason {
  const extensions = causes(difference, inputs);
  const isOurs = extensions.length > 0 || difference.name === 'LD_LIBRARY_PATH' || difference.name === 'PATH';
  return {
    name: difference.name,
    running: difference.running ?? null,
    desired: difference.desired ?? null,
    extensions,
    mayBeShown: isOurs && !looksSecret(difference.name),
  };
}

/** Values of variables that no extension has a say in are not ours to show; nor is what calls itself a secret. */
function masked({ mayBeShown, ...reason }: WholeReason): RestartReason {
  const hide = (value: string | null): string | null => (value === null ? null : '(hidden)');
  const clean = (value: string | null): string | null => (value === null ? null : hideSecrets(value));
  const show = mayBeShown ? clean : hide;
  return { ...reason, running: show(reason.running), desired: show(reason.desired) };
}

/** The extensions whose folders are in one value and not in the other; those that set the variable now, if there are none. */
function causes(difference: EnvironmentDifference, inputs: RestartInputs): readonly string[] {
  const running = new Set((difference.running ?? '').split(':'));
  const desired = new Set((difference.desired ?? '').split(':'));
  const changed = [...running.symmetricDifference(desired)];
  const prefix = `${inputs.extensionsDirectory}/`;
  const names = changed
    .filter((element) => element.startsWith(prefix))
    .map((element) => element.slice(prefix.length).split('/')[0] ?? '');
  return names.length > 0 ? [...new Set(names)] : (inputs.owners.get(difference.name) ?? []);
}

function preloadReason(inputs: RestartInputs): readonly WholeReason[] {
  if (inputs.preload.running === undefined) return [];
  // Nobody sets it any more, so the next start would have the empty list.
  const desired = names(inputs.preload.desired);
  const running = asWanted(names(inputs.preload.running), desired);
  if (running.join() === desired.join()) return [];
  const changed = new Set(running).symmetricDifference(new Set(desired));
  const extensions = [...changed].flatMap((name) => inputs.libraries.get(name) ?? []);
  return [
    {
      name: 'shared_preload_libraries',
      running: inputs.preload.running,
      desired: inputs.preload.desired ?? null,
      extensions: [...new Set(extensions)],
      mayBeShown: true,
    },
  ];
}

function names(list: string | undefined): readonly string[] {
  const split = splitLibraryList(list ?? '');
  return split.kind === 'list' ? mergeLibraryLists(split.names).map((name) => name.replace(/\.so$/, '')) : [];
}
