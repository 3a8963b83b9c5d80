import { isDeepStrictEqual } from 'node:util';
import type { FieldError } from '../admission/field-error.ts';
import { placeAdvice, renderMessage } from '../admission/validation-message.ts';
import { renderComposeProject } from '../deployment/compose-project.ts';
import { deployedCluster } from '../deployment/deployed-cluster.ts';
import type { DeployedInstance } from '../deployment/deployed-instance.ts';
import { leftOut } from '../deployment/left-out.ts';
import { renderPod } from '../deployment/pod-objects.ts';
import { renderStatefulSet } from '../deployment/stateful-set-objects.ts';
import { writeYaml, yamlDocument } from '../documents/write-yaml.ts';
import { imageInStatus, toImageInfo } from '../manifests/follow-status.ts';
import { isDatabaseOf, type Manifest, manifestTitle } from '../manifests/manifest.ts';
import {
  type CommandEnd,
  type ManifestFlags,
  type ManifestOutput,
  noCluster,
  readManifestInput,
  refusedExit,
  sortManifests,
} from './manifest-input.ts';
import { type RenderedConfiguration, renderConfiguration } from './rendered-configuration.ts';
import { type ResolvedManifest, resolveManifest } from './resolve-manifests.ts';

export type RenderTarget = 'compose' | 'pod' | 'statefulset';

/** `render`: writes what runs one instance of a Cluster, without an operator. */
export async function renderManifests(
  target: RenderTarget,
  names: readonly string[],
  flags: ManifestFlags,
  output: ManifestOutput,
): Promise<CommandEnd> {
  const input = await readManifestInput(names, flags.recursive, output);
  if (input.kind === 'unreadable') return input.end;
  const { clusters, catalogs, databases } = sortManifests(input.documents, flags.cluster, output);
  const [cluster, ...others] = clusters;
  if (cluster === undefined) return noCluster(names, flags.cluster);
  if (others.length > 0) {
    const titles = clusters.map(({ name, namespace }) => (namespace === undefined ? name : `${namespace}/${name}`));
    return { exitCode: refusedExit, message: `error: there are ${titles.join(', ')}; choose one with --cluster` };
  }
  const resolved = resolveManifest(cluster, catalogs, countsForDeployment);
  const own = databases.filter((database) => isDatabaseOf(database, cluster));
  const configured = renderConfiguration(fileName, [cluster, ...catalogs, ...own]);
  const notes = databases
    .filter((database) => !own.includes(database))
    .map((database) => `note: ${manifestTitle(database)} is of another cluster and passed over`);
  const said = [...resolved.warnings, ...notes, ...tellRest(cluster, resolved, configured)];
  for (const line of new Set(said)) output.tell(`${line}\n`);
  if (resolved.kind === 'refused') return { exitCode: refusedExit, message: resolved.errors.join('\n') };
  if (configured.kind === 'refused') return { exitCode: refusedExit, message: configured.errors.join('\n') };
  const instance = deployedCluster({
    cluster,
    imageInfo: toImageInfo(resolved.requested),
    managerImage: flags.managerImage ?? '',
    configuration: { [fileName]: configured.text },
  });
  output.write(print(target, instance, flags.output));
  return { exitCode: 0, message: '' };
}

const fileName = 'instance.yaml';

/** What a Pod would be refused for, or would get wrong. A size may be missing: there is a usual one. */
function countsForDeployment({ path, at, value }: FieldError): boolean {
  const [first, second] = at ?? path;
  if (first === 'metadata') return true;
  if (first !== 'spec' || typeof second !== 'string') return false;
  return second === 'storage' ? value !== '' : deployedFields.includes(second);
}

const deployedFields: readonly string[] = [
  ...[
    'env',
    'resources',
    'ephemeralVolumesSizeLimit',
    'imagePullPolicy',
    'imagePullSecrets',
    'postgresUID',
    'postgresGID',
  ],
];

function tellRest(cluster: Manifest, resolved: ResolvedManifest, configured: RenderedConfiguration): readonly string[] {
  if (resolved.kind === 'refused' || configured.kind === 'refused') return [];
  const { document } = cluster;
  const current = imageInStatus(cluster);
  const isAhead = current !== undefined && !isDeepStrictEqual(toImageInfo(current), toImageInfo(resolved.requested));
  const advice = [
    ...(isAhead ? [{ document, path: ['status', 'pgDataImageInfo'], message: aheadSentence }] : []),
    ...leftOut(cluster).map(({ path, message }) => ({ document, path, message })),
  ];
  return [...configured.warnings, ...advice.map(placeAdvice)].map((warning) => renderMessage('warning', warning));
}

const aheadSentence =
  'the Cluster asks for something else than its status has; what is rendered is what the Cluster asks for';

function print(target: RenderTarget, instance: DeployedInstance, format: ManifestFlags['output']): string {
  if (target === 'compose') {
    const project = renderComposeProject(instance);
    if (format === 'name') return `${instance.name}\n`;
    return format === 'json' ? toJson(project) : toYaml(project);
  }
  const objects = target === 'pod' ? renderPod(instance) : renderStatefulSet(instance);
  if (format === 'name') return objects.map(objectName).join('');
  if (format === 'json') return toJson({ apiVersion: 'v1', kind: 'List', items: objects });
  return objects.map(toYaml).join('---\n');
}

function objectName({ apiVersion, kind, metadata }: ReturnType<typeof renderPod>[number]): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.slice(0, apiVersion.indexOf('/'))}` : '';
  return `${kind.toLowerCase()}${group}/${metadata.name}\n`;
}

function toYaml(value: unknown): string {
  return writeYaml(yamlDocument(value));
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
