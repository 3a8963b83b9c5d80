import { extensionVolume } from '../manifests/extension-volume.ts';
import type { DeployedInstance, ImageSource } from './deployed-instance.ts';
import { configurationFolder, dataFolder, extensionFolder, managerFolder, managerProgram } from './places.ts';

/** Where the image of the manager is mounted, as a whole: a part of an image takes Kubernetes 1.35. */
const managerMount = '/manager';
const passwordFolder = '/run/secrets/postgres';

/** The spec of the pod of one instance; `dataVolume` is the volume called `data`, which a StatefulSet makes itself. */
export function renderPodSpec(instance: DeployedInstance, dataVolume: readonly unknown[]): object {
  const { imagePullSecrets, user } = instance;
  return {
    // More than --shutdown-budget, which is 60 s.
    terminationGracePeriodSeconds: 90,
    automountServiceAccountToken: false,
    // The Service would bring variables that mean something else here.
    enableServiceLinks: false,
    ...(imagePullSecrets.length > 0 && { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user.uid,
      runAsGroup: user.gid,
      fsGroup: user.gid,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [renderContainer(instance)],
    volumes: [...dataVolume, ...renderVolumes(instance)],
  };
}

function renderContainer(instance: DeployedInstance): object {
  const { image, env, initdbArguments, resources, extensions } = instance;
  return {
    name: 'postgres',
    image: image.reference,
    ...(image.pullPolicy !== undefined && { imagePullPolicy: image.pullPolicy }),
    command: [managerProgram(`${managerMount}${managerFolder}`), 'run'],
    env: lastOfEach([
      { name: 'LANG', value: 'C.UTF-8' },
      { name: 'POSTGRES_PASSWORD_FILE', value: `${passwordFolder}/password` },
      ...(initdbArguments === '' ? [] : [{ name: 'POSTGRES_INITDB_ARGS', value: literal(initdbArguments) }]),
      ...env,
    ]),
    ports: [
      { name: 'postgres', containerPort: 5432 },
      { name: 'status', containerPort: 8000 },
      { name: 'metrics', containerPort: 9187 },
    ],
    startupProbe: probe('/startupz', 2, 1800),
    livenessProbe: probe('/healthz', 10, 3),
    readinessProbe: probe('/readyz', 5, 2),
    ...(resources !== undefined && { resources }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'data', mountPath: dataFolder },
      { name: 'configuration', mountPath: configurationFolder, readOnly: true },
      { name: 'password', mountPath: passwordFolder, readOnly: true },
      { name: 'run', mountPath: '/run/postgresql' },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'shared-memory', mountPath: '/dev/shm' },
      { name: 'manager', mountPath: managerMount, readOnly: true },
      ...extensions.map(({ name }) => ({ name: extensionVolume(name), mountPath: extensionFolder(name) })),
    ],
  };
}

/** Server-side apply refuses a variable that stands twice. */
function lastOfEach(env: DeployedInstance['env']): DeployedInstance['env'] {
  return [...new Map(env.map((variable) => [variable.name, variable])).values()];
}

/** Kubernetes replaces `$(NAME)` and takes `$$` for one dollar; all others stay as they are. */
function literal(text: string): string {
  return text.replaceAll(/\$(?=[$(])/g, '$$$$');
}

function probe(path: string, periodSeconds: number, failureThreshold: number): object {
  return { httpGet: { path, port: 'status' }, periodSeconds, timeoutSeconds: 5, failureThreshold };
}

function renderVolumes({ name, managerImage, extensions, sharedMemory }: DeployedInstance): readonly object[] {
  return [
    { name: 'configuration', configMap: { name: `${name}-configuration` } },
    { name: 'password', secret: { secretName: `${name}-password` } },
    { name: 'run', emptyDir: { sizeLimit: '16Mi' } },
    { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
    {
      name: 'shared-memory',
      emptyDir: { medium: 'Memory', ...(sharedMemory !== undefined && { sizeLimit: sharedMemory }) },
    },
    { name: 'manager', image: imageSource({ reference: managerImage, pullPolicy: undefined }) },
    ...extensions.map(({ name: extension, image }) => ({
      name: extensionVolume(extension),
      image: imageSource(image),
    })),
  ];
}

function imageSource({ reference, pullPolicy }: ImageSource): object {
  return { reference, ...(pullPolicy !== undefined && { pullPolicy }) };
}
