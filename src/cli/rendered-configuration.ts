import { renderField } from '../admission/field-error.ts';
import type { ValidationMessage } from '../admission/validation-message.ts';
import { assembleConfiguration } from '../configuration/assemble-configuration.ts';
import { configurationValue } from '../configuration/configuration-value.ts';
import {
  checkDocuments,
  describeProblem,
  type LocatedComplaint,
  parseConfiguration,
} from '../configuration/parse-configuration.ts';
import { writeYaml, yamlDocument } from '../documents/write-yaml.ts';
import { followStatus } from '../manifests/follow-status.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { resolveCluster } from '../manifests/resolve-cluster.ts';

export type RenderedConfiguration =
  | { readonly kind: 'rendered'; readonly text: string; readonly warnings: readonly ValidationMessage[] }
  | { readonly kind: 'refused'; readonly errors: readonly string[] };

/** What `run` makes of a Cluster, its catalogs and its Databases, as one file of the configuration that it reads as the same. */
export function renderConfiguration(file: string, manifests: readonly Manifest[]): RenderedConfiguration {
  const documents = manifests.map(({ document }) => document);
  const checked = checkDocuments(documents, (cluster, catalogs) =>
    followStatus(cluster, resolveCluster(cluster, catalogs)),
  );
  if (checked.problems.length > 0) return { kind: 'refused', errors: checked.problems.map(refuse) };
  const configuration = assembleConfiguration(checked.contents, checked.application);
  const text = writeYaml(yamlDocument(configurationValue(configuration)));
  const read = parseConfiguration([{ path: file, text }]);
  if (read.kind === 'valid') return { kind: 'rendered', text, warnings: checked.warnings.map(warn) };
  return { kind: 'refused', errors: read.problems.map((problem) => `error: the rendered ${describeProblem(problem)}`) };
}

function refuse({ complaint: { found, expected, message }, place: { file, line, path } }: LocatedComplaint): string {
  return `${file}:${line}: error: ${renderField(path)}: found ${found}, expected ${expected}; ${message}`;
}

function warn({ complaint: { message }, place: { file, line, path } }: LocatedComplaint): ValidationMessage {
  return { file, line, field: renderField(path), type: 'Invalid', value: null, message };
}
