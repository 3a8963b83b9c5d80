import { stringify } from 'yaml';
import { placeAdvice, renderMessage } from '../admission/validation-message.ts';
import { assembleConfiguration } from '../configuration/assemble-configuration.ts';
import { configurationValue } from '../configuration/configuration-value.ts';
import type { Resolver } from '../configuration/manifest-documents.ts';
import { checkDocuments } from '../configuration/parse-configuration.ts';
import { renderComposeProject } from '../deployment/compose-project.ts';
import { deployedCluster, leftOut } from '../deployment/deployed-cluster.ts';
import type { DeployedInstance } from '../deployment/deployed-instance.ts';
import { renderPod } from '../deployment/pod-objects.ts';
import { renderStatefulSet } from '../deployment/stateful-set-objects.ts';
import { renderPath } from '../documents/complaint.ts';
import { followStatus, toImageInfo } from '../manifests/follow-status.ts';
import { clusterOfDatabase, type Manifest, manifestTitle } from '../manifests/manifest.ts';
import { resolveCluster } from '../manifests/resolve-cluster.ts';
import {
  type CommandEnd,
  type ManifestFlags,
  type ManifestOutput,
  noCluster,
  readManifestInput,
  refusedExit,
  sortManifests,
} from './manifest-input.ts';
import { resolveManifest } from './resolve-manifests.ts';

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
    const titles = clusters.map(manifestTitle).join(', ');
    return { exitCode: refusedExit, message: `error: there are ${titles}; choose one with --cluster` };
  }
  const resolved = resolveManifest(cluster, catalogs);
  for (const warning of resolved.warnings) output.tell(`${warning}\n`);
  if (resolved.kind === 'refused') return { exitCode: refusedExit, message: resolved.errors.join('\n') };
  const own = databases.filter((database) => clusterOfDatabase(database) === cluster.name);
  for (const other of databases.filter((database) => !own.includes(database))) {
    output.tell(`note: ${manifestTitle(other)} is of another cluster and passed over\n`);
  }
  const configured = configure([cluster, ...catalogs, ...own]);
  if ('errors' in configured) return { exitCode: refusedExit, message: configured.errors.join('\n') };
  const { document } = cluster;
  for (const { path, message } of leftOut(cluster)) {
    output.tell(`${renderMessage('warning', placeAdvice({ document, path, message }))}\n`);
  }
  const instance = deployedCluster({
    cluster,
    imageInfo: toImageInfo(resolved.requested),
    managerImage: flags.managerImage ?? '',
    configuration: { 'instance.yaml': configured.text },
  });
  output.write(print(target, instance, flags.output));
  return { exitCode: 0, message: '' };
}

/** What `run` makes of the documents, as a file of the configuration. */
function configure(manifests: readonly Manifest[]): { readonly text: string } | { readonly errors: readonly string[] } {
  const resolve: Resolver = (cluster, catalogs) => followStatus(cluster, resolveCluster(cluster, catalogs));
  const checked = checkDocuments(
    manifests.map(({ document }) => document),
    resolve,
  );
  if (checked.problems.length > 0) {
    return {
      errors: checked.problems.map(({ complaint: { found, expected, message }, place: { file, line, path } }) => {
        return `${file}:${line}: error: ${renderPath(path)}: found ${found}, expected ${expected}; ${message}`;
      }),
    };
  }
  const configuration = assembleConfiguration(checked.contents, checked.application);
  return { text: toYaml(configurationValue(configuration)) };
}

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
  // What is a boolean to kubectl, which reads YAML 1.1, is in quotes.
  return stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
