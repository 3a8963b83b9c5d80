import type { DeployedInstance } from './deployed-instance.ts';
import { type KubernetesObject, metadataOf, renderGiven, renderService } from './kubernetes-object.ts';
import { renderPodSpec } from './pod-template.ts';

/** A Pod of one instance and what belongs to it, for Kubernetes 1.35, or 1.33 with its feature gate ImageVolume. */
export function renderPod(instance: DeployedInstance): readonly KubernetesObject[] {
  const data = { name: 'data', persistentVolumeClaim: { claimName: `${instance.name}-data` } };
  return [
    ...renderGiven(instance),
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: metadataOf(instance, '-data'),
      spec: instance.claim,
    },
    renderService(instance, false),
    { apiVersion: 'v1', kind: 'Pod', metadata: metadataOf(instance, ''), spec: renderPodSpec(instance, [data]) },
  ];
}
