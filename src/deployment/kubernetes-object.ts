import type { DeployedInstance } from './deployed-instance.ts';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly data?: unknown;
  readonly stringData?: unknown;
  readonly spec?: unknown;
}

/** The labels by which the pod of an instance is found. */
export function labelsOf({ name }: DeployedInstance): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name };
}

/** The metadata of an object that belongs to an instance; `suffix` begins with a hyphen, or is empty. */
export function metadataOf(instance: DeployedInstance, suffix: string): KubernetesObject['metadata'] {
  const { name, namespace } = instance;
  return { name: `${name}${suffix}`, ...(namespace !== undefined && { namespace }), labels: labelsOf(instance) };
}

/** What the pod is given, whatever makes it. */
export function renderGiven(instance: DeployedInstance): readonly KubernetesObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadataOf(instance, '-configuration'),
      data: instance.configuration,
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadataOf(instance, '-password'),
      stringData: { password: 'change-me' },
    },
  ];
}

/** The Service by which clients find PostgreSQL; a headless one for a StatefulSet. */
export function renderService(instance: DeployedInstance, headless: boolean): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(instance, ''),
    spec: {
      ...(headless && { clusterIP: 'None' }),
      selector: labelsOf(instance),
      ports: [{ name: 'postgres', port: 5432, targetPort: 'postgres' }],
    },
  };
}
