import { checkDocuments, type LocatedComplaint } from '../configuration/parse-configuration.ts';
import { listOf, mapOf, valueAt } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { clusterOfDatabase, isDatabaseOf, type Manifest } from '../manifests/manifest.ts';
import { renderField } from './field-error.ts';
import type { ValidationMessage } from './validation-message.ts';

/**
 * What `run` refuses, or warns of, in documents that CloudNativePG accepts: it is asked, for each Cluster with what belongs to it, for
 * the Databases of clusters that are elsewhere, and for each list of a catalog.
 */
export function runWarnings(
  manifests: readonly Manifest[],
  plain: readonly SourceDocument[],
): readonly ValidationMessage[] {
  const ofKind = (...kinds: readonly Manifest['kind'][]): readonly Manifest[] =>
    manifests.filter(({ kind }) => kinds.includes(kind));
  const clusters = ofKind('Cluster');
  const catalogs = ofKind('ImageCatalog', 'ClusterImageCatalog');
  const databases = ofKind('Database');
  const together = clusters.map((cluster) => [
    ...[cluster, ...catalogs],
    ...databases.filter((database) => isDatabaseOf(database, cluster)),
  ]);
  const others = databases.filter((database) => !clusters.some((cluster) => isDatabaseOf(database, cluster)));
  const elsewhere = Map.groupBy(others, (database) => `${database.namespace ?? ''}/${clusterOfDatabase(database)}`);
  const groups = [...together, ...elsewhere.values()].map((group) => group.map(({ document }) => document));
  const lists = catalogs.flatMap(listsOfCatalog).map((list) => [list]);
  const checked = [...groups.map((group) => [...group, ...plain]), ...lists].map((group) => checkDocuments(group));
  return [
    ...checked.flatMap(({ problems }) => problems.map((problem) => toMessage(problem, refused))),
    ...checked.flatMap(({ warnings }) => warnings.map((warning) => toMessage(warning, told))),
    ...clusters.slice(1).map(secondCluster),
  ];
}

/** The extensions that a catalog has for a major version, as a list of the configuration. */
function listsOfCatalog({ document }: Manifest): readonly SourceDocument[] {
  return listOf(valueAt(document.value, ['spec', 'images'])).flatMap((entry, index) => {
    const { extensions } = mapOf(entry);
    if (!Array.isArray(extensions) || extensions.length === 0) return [];
    const start = ['spec', 'images', index];
    return [
      {
        file: document.file,
        value: { extensions },
        locate: (path, at) => document.locate([...start, ...path], at),
        numberText: () => undefined,
      } satisfies SourceDocument,
    ];
  });
}

type Wording = (complaint: LocatedComplaint['complaint']) => string;

const refused: Wording = ({ found, expected, message }) =>
  `pg-instance-manager run refuses it: found ${found}, expected ${expected}; ${message}`;
const told: Wording = ({ message }) => message;

function toMessage({ complaint, place }: LocatedComplaint, wording: Wording): ValidationMessage {
  const { file, line, path } = place;
  return { file, line, field: renderField(path), type: 'Invalid', value: '', message: wording(complaint) };
}

function secondCluster({ document, name }: Manifest): ValidationMessage {
  const path = ['metadata', 'name'];
  const { file, line } = document.locate(path, 'value');
  const message = 'pg-instance-manager run refuses it beside another one: it takes one Cluster';
  return { file, line, field: renderField(path), type: 'Invalid', value: name, message };
}
