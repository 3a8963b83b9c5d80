import type { Snapshot } from '../status/snapshot.ts';

/** The one value that the loops share: they replace parts of it, the faces read it. */
export interface SnapshotHolder {
  readonly current: () => Snapshot;
  readonly update: (change: Partial<Snapshot>) => void;
}

export function snapshotHolder(initial: Snapshot): SnapshotHolder {
  const held = { snapshot: initial };
  return {
    current: () => held.snapshot,
    update: (change) => {
      held.snapshot = { ...held.snapshot, ...change };
    },
  };
}
