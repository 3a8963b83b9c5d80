import type { DatabasesWish } from '../databases/databases-wish.ts';
import type { PassReport } from '../reconcile/reconciler.ts';
import type { EffectiveSetting } from '../server/effective-settings.ts';
import { splitLibraryList } from '../settings/guc-list.ts';
import { asWanted } from '../settings/preload-libraries.ts';

/** What a pass over the configuration means for the databases. `pid` is the postmaster's. */
export function wishOfPass(
  { world, desired, observed }: PassReport,
  effective: readonly EffectiveSetting[],
  pid: number | undefined,
): DatabasesWish {
  const running = effective.find(({ name }) => name === 'shared_preload_libraries')?.value;
  const wanted = librariesOf(desired.preload);
  return {
    declarations: world.configuration.databases,
    images: world.images.map(({ role, configuration, checked }) => ({
      name: configuration.name,
      role,
      provides: checked.provides.map(({ name }) => name),
      libraries: checked.libraries,
      controlPath: checked.usable.controlPath,
    })),
    leaving: world.leaving,
    server: world.server,
    libraryDirectory: world.server.libraryDirectory,
    preload: { running: asWanted(librariesOf(running), wanted), desired: wanted, named: world.preloadNamed },
    circumstances: JSON.stringify([
      observed.loadedSha256,
      pid,
      world.images.map(({ observed: seen }) => seen.volume.state),
    ]),
  };
}

function librariesOf(list: string | undefined): readonly string[] {
  const split = splitLibraryList(list ?? '');
  return split.kind === 'list' ? split.names : [];
}
