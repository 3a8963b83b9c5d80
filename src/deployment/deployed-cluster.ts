import type { PullPolicy } from '../configuration/instance-configuration.ts';
import { listOf, mapOf, quantityText, textOf, valueAt } from '../documents/plain-value.ts';
import type { ImageInfo } from '../manifests/image-info.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { DeployedInstance } from './deployed-instance.ts';
import { deployedVariables } from './deployed-variables.ts';

export interface DeploymentSources {
  readonly cluster: Manifest;
  readonly imageInfo: ImageInfo;
  readonly managerImage: string;
  /** The files of the configuration folder, by name. */
  readonly configuration: Readonly<Record<string, string>>;
}

/** One instance of a Cluster, to be run without an operator. */
export function deployedCluster({
  cluster,
  imageInfo,
  managerImage,
  configuration,
}: DeploymentSources): DeployedInstance {
  const spec = mapOf(valueAt(cluster.document.value, ['spec']));
  return {
    name: cluster.name,
    namespace: cluster.namespace,
    image: { reference: imageInfo.image, pullPolicy: pullPolicy(spec['imagePullPolicy']) },
    managerImage,
    imagePullSecrets: listOf(spec['imagePullSecrets']).map((secret) => textOf(mapOf(secret)['name'])),
    user: { uid: numberOf(spec['postgresUID']), gid: numberOf(spec['postgresGID']) },
    extensions: (imageInfo.extensions ?? []).map(({ name, image }) => ({
      name,
      image: { reference: image.reference ?? '', pullPolicy: pullPolicy(image.pullPolicy) },
    })),
    configuration,
    claim: claimSpec(spec['storage']),
    sharedMemory: optional(quantityText(valueAt(spec, ['ephemeralVolumesSizeLimit', 'shm']))),
    resources: resourcesOf(spec['resources']),
    env: deployedVariables(spec['env']),
    initdbArguments: initdbArguments(valueAt(spec, ['bootstrap', 'initdb']))
      .map(quoteArgument)
      .join(' '),
  };
}

/** CloudNativePG's images have this user, and zero means it, too. */
function numberOf(id: unknown): number {
  return typeof id === 'number' && id !== 0 ? id : 26;
}

/** The template of the Cluster with its class and its size: https://cloudnative-pg.io/documentation/current/storage/ */
function claimSpec(value: unknown): Readonly<Record<string, unknown>> {
  const storage = mapOf(value);
  const template = mapOf(storage['pvcTemplate']);
  const modes = listOf(template['accessModes']);
  const requests = mapOf(valueAt(template, ['resources', 'requests']));
  const size = optional(textOf(storage['size'])) ?? optional(quantityText(requests['storage'])) ?? '10Gi';
  return {
    ...template,
    accessModes: modes.length > 0 ? modes : ['ReadWriteOnce'],
    // An empty one is a class, too: none.
    ...(typeof storage['storageClass'] === 'string' && { storageClassName: storage['storageClass'] }),
    resources: { ...mapOf(template['resources']), requests: { ...requests, storage: size } },
  };
}

function resourcesOf(value: unknown): DeployedInstance['resources'] {
  const quantities = (key: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(mapOf(mapOf(value)[key])).map(([name, quantity]) => [name, quantityText(quantity)]),
    );
  const requests = quantities('requests');
  const limits = quantities('limits');
  const set = {
    ...(Object.keys(requests).length > 0 && { requests }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
  return Object.keys(set).length > 0 ? set : undefined;
}

/** https://cloudnative-pg.io/documentation/current/bootstrap/#passing-options-to-initdb */
function initdbArguments(initdb: unknown): readonly string[] {
  const given = mapOf(initdb);
  const options = listOf(given['options']).filter((option) => typeof option === 'string');
  if (options.length > 0) return options;
  const values: readonly (readonly [string, string])[] = [
    ['--encoding', textOf(given['encoding']) || 'UTF8'],
    ['--lc-collate', textOf(given['localeCollate']) || 'C'],
    ['--lc-ctype', textOf(given['localeCType']) || 'C'],
    ['--locale', textOf(given['locale'])],
    ['--locale-provider', textOf(given['localeProvider'])],
    ['--icu-locale', textOf(given['icuLocale'])],
    ['--icu-rules', textOf(given['icuRules'])],
    ['--builtin-locale', textOf(given['builtinLocale'])],
    ['--wal-segsize', typeof given['walSegmentSize'] === 'number' ? String(given['walSegmentSize']) : ''],
  ];
  return values.flatMap(([option, value]) => (value === '' ? [] : [`${option}=${value}`]));
}

/** For POSTGRES_INITDB_ARGS, which is read with the quotes of a shell. */
function quoteArgument(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

function pullPolicy(value: unknown): PullPolicy | undefined {
  return value === 'Always' || value === 'Never' || value === 'IfNotPresent' ? value : undefined;
}

function optional(text: string): string | undefined {
  return text === '' ? undefined : text;
}
