import type { World } from '../reconcile/observe-world.ts';
import type { InstanceOptions } from '../reconcile/options.ts';
import type { PreloadLibraries } from '../settings/preload-libraries.ts';
import type { UserSettings } from '../settings/read-user-settings.ts';
import type { LastGood } from './last-good.ts';
import { type Exclusion, isGuarded, isPromise, isSamePart, type Part, placeOf } from './part.ts';

export interface LeftOut {
  readonly world: World;
  readonly options: InstanceOptions;
  /** Instead of the user's own file; undefined: that one is included. */
  readonly userFile: Readonly<Record<string, string>> | undefined;
}

/**
 * What there is to start with when these are left out. Values go into the generated text, which nobody else may read; only what
 * ALTER SYSTEM or the command line has set is beaten by the command line alone.
 */
export function leaveOut(
  world: World,
  options: InstanceOptions,
  exclusions: readonly Exclusion[],
  known: { readonly users: UserSettings; readonly lastGood: LastGood | undefined },
): LeftOut {
  const isOut = (part: Pick<Part, 'kind'> & { readonly name: string }): boolean =>
    exclusions.some((one) => one.part.kind === part.kind && 'name' in one.part && one.part.name === part.name);
  const isParameterOut = (name: string): boolean => isOut({ kind: 'parameter', name: name.toLowerCase() });
  const insteadOn = (where: 'command line' | 'text'): readonly (readonly [string, string])[] =>
    exclusions.flatMap(({ part, instead }) =>
      part.kind === 'parameter' && instead !== undefined && placeOf(part) === where
        ? [[part.name, instead] as const]
        : [],
    );
  const userFile = (): LeftOut['userFile'] => {
    if (exclusions.some(({ part }) => part.kind === 'file'))
      return { ...rememberedFile(known.lastGood), ...guardedOf(known.users) };
    if (!exclusions.some(({ part }) => part.kind === 'lines')) return undefined;
    const readable = [...known.users.settings].filter(([name]) => !isParameterOut(name));
    return Object.fromEntries(readable.map(([name, { value }]) => [name, value]));
  };
  const { configuration, preload } = world;
  return {
    world: {
      ...world,
      configuration: {
        ...configuration,
        parameters: Object.fromEntries([
          ...Object.entries(configuration.parameters).filter(([name]) => !isParameterOut(name)),
          ...insteadOn('text'),
        ]),
      },
      images: world.images.filter((image) => !isOut({ kind: 'image', name: image.configuration.name })),
      preload:
        preload === undefined ? undefined : withoutLibraries(preload, (name) => isOut({ kind: 'library', name })),
    },
    options: {
      ...options,
      serverOptions: new Map([
        ...[...options.serverOptions].filter(([name]) => !isParameterOut(name)),
        ...insteadOn('command line'),
      ]),
    },
    userFile: userFile(),
  };
}

/** Its promises only where they are more than what PostgreSQL promises by itself. */
function rememberedFile(lastGood: LastGood | undefined): Readonly<Record<string, string>> {
  const remembered = lastGood?.userFile ?? {};
  const isMore = (name: string, value: string): boolean =>
    name === 'synchronous_standby_names' || (name === 'synchronous_commit' && value.toLowerCase() === 'remote_apply');
  const kept = Object.entries(remembered).filter(([name, value]) => !isPromise({ name }) || isMore(name, value));
  return Object.fromEntries(kept);
}

/** What can still be read of it. */
function guardedOf({ settings }: UserSettings): Readonly<Record<string, string>> {
  const guarded = [...settings].filter(([name]) => isGuarded({ name }));
  return Object.fromEntries(guarded.map(([name, { value }]) => [name, value]));
}

/** The two lists have the same libraries in the same order. */
function withoutLibraries(preload: PreloadLibraries, isOut: (name: string) => boolean): PreloadLibraries {
  return {
    ...preload,
    libraries: preload.libraries.filter((name) => !isOut(name)),
    atStart: preload.atStart.filter((_, index) => !isOut(preload.libraries[index] ?? '')),
  };
}

/** Those that are still there as they were when PostgreSQL did not start with them; what was changed gets another chance. */
export function stillThere(exclusions: readonly Exclusion[], parts: readonly Part[]): readonly Exclusion[] {
  return exclusions.filter(({ part }) => {
    const isGone = part.kind === 'parameter' && part.value === '';
    if (isGone) return !parts.some((one) => one.kind === 'parameter' && one.name === part.name);
    return parts.some((one) => isSamePart(one, part));
  });
}
