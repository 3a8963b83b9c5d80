import type { DeployedInstance } from './deployed-instance.ts';
import { type KubernetesObject, labelsOf, metadataOf, renderGiven, renderService } from './kubernetes-object.ts';
import { renderPodSpec } from './pod-template.ts';

/** A StatefulSet of one instance and what belongs to it, for Kubernetes 1.35, or 1.33 with its feature gate ImageVolume. */
export function renderStatefulSet(instance: DeployedInstance): readonly KubernetesObject[] {
  return [
    ...renderGiven(instance),
    renderService(instance, true),
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: metadataOf(instance, ''),
      spec: {
        serviceName: instance.name,
        // Each further one would be a server of its own: there is no replication here.
        replicas: 1,
        selector: { matchLabels: labelsOf(instance) },
        template: { metadata: { labels: labelsOf(instance) }, spec: renderPodSpec(instance, []) },
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: instance.claim }],
      },
    },
  ];
}
