import { type Document, isCollection, isNode } from 'yaml';
import { renderField } from '../admission/field-error.ts';
import { writeYaml, yamlDocument } from '../documents/write-yaml.ts';
import { explainResolution, type FieldOrigin } from '../manifests/explain-resolution.ts';
import { imageInfoAt, toImageInfo } from '../manifests/follow-status.ts';
import { manifestTitle, resourceName } from '../manifests/manifest.ts';
import type { RequestedImage } from '../manifests/resolve-cluster.ts';
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

/** `resolve`: writes what the status of each Cluster would hold. */
export async function resolveManifests(
  names: readonly string[],
  flags: ManifestFlags,
  output: ManifestOutput,
): Promise<CommandEnd> {
  const input = await readManifestInput(names, flags.recursive, output);
  if (input.kind === 'unreadable') return input.end;
  const { clusters, catalogs, plain } = sortManifests(input.documents, flags.cluster, output);
  const resolved = clusters.map((cluster) => ({ cluster, ...resolveManifest(cluster, catalogs) }));
  for (const { warnings } of resolved) for (const warning of warnings) output.tell(`${warning}\n`);
  // What was resolved before is what it is.
  const given = plain.flatMap((document) => imageInfoAt(document, []) ?? []);
  const results: readonly Result[] = [
    ...resolved.flatMap((one) =>
      one.kind === 'resolved'
        ? [{ title: manifestTitle(one.cluster), resource: resourceName(one.cluster), requested: one.requested }]
        : [],
    ),
    ...given.map((requested) => ({ title: undefined, resource: undefined, requested })),
  ];
  if (results.length > 0) output.write(renderers[flags.output](results, flags.explain === true));
  const errors = resolved.flatMap((one) => (one.kind === 'refused' ? one.errors : []));
  if (errors.length > 0) return { exitCode: refusedExit, message: errors.join('\n') };
  return results.length === 0 ? noCluster(names, flags.cluster) : { exitCode: 0, message: '' };
}

interface Result {
  readonly title: string | undefined;
  readonly resource: string | undefined;
  readonly requested: RequestedImage;
}

type Renderer = (results: readonly Result[], explain: boolean) => string;

const renderers: Readonly<Record<ManifestFlags['output'], Renderer>> = {
  yaml: renderYaml,
  text: renderYaml,
  json: renderJson,
  name: (results) => results.map(({ resource }) => `${resource ?? 'imageinfo'}\n`).join(''),
};

function renderJson(results: readonly Result[], explain: boolean): string {
  const objects = results.map(({ requested }) => ({
    ...toImageInfo(requested),
    ...(explain && {
      origins: explainResolution(requested).map(({ path, ...origin }) => ({ field: renderField(path), ...origin })),
    }),
  }));
  return `${JSON.stringify(objects.length === 1 ? objects[0] : objects, undefined, 2)}\n`;
}

function renderYaml(results: readonly Result[], explain: boolean): string {
  return results
    .map(({ title, requested }) => {
      const document = yamlDocument(toImageInfo(requested));
      if (results.length > 1 && title !== undefined) document.commentBefore = ` ${title}`;
      if (explain) for (const origin of explainResolution(requested)) comment(document, origin);
      return writeYaml(document);
    })
    .join('---\n');
}

function comment(document: Document, origin: FieldOrigin): void {
  const node = document.getIn(origin.path, true);
  if (origin.value !== undefined) {
    const parent: unknown = document.getIn(origin.path.slice(0, -1), true);
    const text = ` ${origin.path.at(-1)}: ${JSON.stringify(origin.value)}   default`;
    if (isNode(parent)) parent.comment = [parent.comment, text].filter(Boolean).join('\n');
  } else if (isCollection(node)) node.commentBefore = ` ${describe(origin)}`;
  else if (isNode(node)) node.comment = ` ${describe(origin)}`;
}

function describe({ from, document, file, line }: FieldOrigin): string {
  if (from === 'default') return 'default';
  const what = from === 'catalog' ? `catalog ${document?.split('/').at(-1) ?? ''}` : from;
  return `${what}, ${file}:${line}`;
}
