import type { PullPolicy } from '../configuration/instance-configuration.ts';
import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { ImageInfo } from '../manifests/image-info.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { DeployedInstance } from './deployed-instance.ts';

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
  const storage = mapOf(spec['storage']);
  const claimed = textOf(valueAt(storage, ['pvcTemplate', 'resources', 'requests', 'storage']));
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
    storage: {
      size: optional(textOf(storage['size'])) ?? optional(claimed),
      storageClass: optional(textOf(storage['storageClass'])),
    },
    resources: resourcesOf(spec['resources']),
    env: listOf(spec['env']).flatMap((item) => {
      const { name, value } = mapOf(item);
      return isRendered(item) ? [{ name: textOf(name), value: textOf(value) }] : [];
    }),
    initdbArguments: initdbArguments(valueAt(spec, ['bootstrap', 'initdb']))
      .map(quoteArgument)
      .join(' '),
  };
}

/** What of a Cluster is not rendered though it is there. */
export function leftOut({
  document,
}: Manifest): readonly { readonly path: readonly Step[]; readonly message: string }[] {
  const spec = mapOf(valueAt(document.value, ['spec']));
  const several = typeof spec['instances'] === 'number' && spec['instances'] > 1;
  const set = notRendered.filter(({ path }) => (valueAt(document.value, path) ?? null) !== null);
  return [
    ...(several ? [{ path: ['spec', 'instances'], message: 'one instance is rendered, there is no replication' }] : []),
    ...set,
    ...listOf(spec['env']).flatMap((item, index) =>
      isRendered(item)
        ? []
        : [
            {
              path: ['spec', 'env', index],
              message: 'only variables with a plain value are rendered, and none of a password',
            },
          ],
    ),
  ];
}

const notRendered: readonly { readonly path: readonly Step[]; readonly message: string }[] = [
  { path: ['spec', 'bootstrap', 'recovery'], message: 'what is rendered begins empty, it recovers nothing' },
  { path: ['spec', 'bootstrap', 'pg_basebackup'], message: 'what is rendered begins empty, it copies nothing' },
  { path: ['spec', 'bootstrap', 'initdb', 'import'], message: 'what is rendered begins empty, it imports nothing' },
  { path: ['spec', 'replica'], message: 'what is rendered follows no other cluster' },
  { path: ['spec', 'walStorage'], message: 'WAL is on the volume of the data' },
  { path: ['spec', 'tablespaces'], message: 'tablespaces are not rendered' },
  { path: ['spec', 'backup'], message: 'backups are not rendered' },
  { path: ['spec', 'plugins'], message: 'plugins are not rendered' },
  { path: ['spec', 'affinity'], message: 'rules for scheduling are not rendered' },
  { path: ['spec', 'envFrom'], message: 'only variables with a plain value are rendered' },
];

/** CloudNativePG's images have this user. */
function numberOf(id: unknown): number {
  return typeof id === 'number' ? id : 26;
}

// The password of the superuser has its own place.
function isRendered(variable: unknown): boolean {
  const { name, value } = mapOf(variable);
  return typeof value === 'string' && !textOf(name).startsWith('POSTGRES_PASSWORD');
}

function resourcesOf(value: unknown): DeployedInstance['resources'] {
  const quantities = (key: string): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(mapOf(mapOf(value)[key])).map(([name, quantity]) => [name, String(quantity)]));
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
