import { isDeepStrictEqual } from 'node:util';
import { followStatus, imageInStatus, toImageInfo } from './follow-status.ts';
import type { Manifest } from './manifest.ts';
import { type RequestedImage, type Resolution, resolveCluster, type Surprise } from './resolve-cluster.ts';

/** What the operator has resolved is what its pods get, whatever the Cluster and the catalog say by now. */
export function resolveForPods(cluster: Manifest, catalogs: readonly Manifest[]): Resolution {
  const requested = imageInStatus(cluster);
  const resolution = resolveCluster(cluster, catalogs);
  if (requested === undefined) return resolution;
  return { kind: 'resolved', requested, surprises: whatIsAhead(cluster, requested, resolution) };
}

/** Where the Cluster asks for something else than its status has. */
function whatIsAhead(cluster: Manifest, requested: RequestedImage, resolution: Resolution): readonly Surprise[] {
  // What cannot be resolved is no evidence: the catalog is seldom beside a Cluster that has a status.
  if (resolution.kind === 'failed') return [];
  const next = followStatus(cluster, resolution);
  const kept = next.surprises.filter((surprise) => !resolution.surprises.includes(surprise));
  const same = next.kind === 'resolved' && isDeepStrictEqual(toImageInfo(requested), toImageInfo(next.requested));
  return same ? kept : [behind(cluster)];
}

function behind({ document }: Manifest): Surprise {
  const message =
    'the Cluster asks for something else than its status has, and the status counts, as in a pod; take status.pgDataImageInfo out to run what the Cluster asks for';
  return { document, path: ['status', 'pgDataImageInfo'], message };
}
