import type { PassReport } from '../reconcile/reconciler.ts';
import type { DatabasesDependencies, InstanceDatabases } from './instance-databases.ts';

/** The databases loop, loaded when there is something to follow: PostgreSQL does not wait for it. */
export function lazyDatabases(dependencies: DatabasesDependencies): InstanceDatabases {
  const held: { loaded: InstanceDatabases | undefined; loading: Promise<InstanceDatabases> | undefined } = {
    loaded: undefined,
    loading: undefined,
  };

  function load(): Promise<InstanceDatabases> {
    held.loading ??= import('./instance-databases.ts').then(({ instanceDatabases }) => {
      held.loaded = instanceDatabases(dependencies);
      return held.loaded;
    });
    return held.loading;
  }

  return {
    follow: (pass: PassReport) => {
      if (held.loaded !== undefined) held.loaded.follow(pass);
      else void load().then((databases) => databases.follow(dependencies.holder.current().pass ?? pass));
    },
    hurry: () => held.loaded?.hurry(),
    pause: async () => held.loaded?.pause(),
    run: async (stop) => (await load()).run(stop),
    releasedImages: () => held.loaded?.releasedImages() ?? new Set(),
  };
}
