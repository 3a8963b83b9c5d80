import { listOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type ExternalCluster, externalClusters, hasConnection } from './external-cluster.ts';
import { type FieldError, invalid, required } from './field-error.ts';
import { setSection } from './set-section.ts';

/** The other clusters that a Cluster knows of: https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/#externalcluster */
export function checkExternalClusters(cluster: ClusterValue): readonly FieldError[] {
  const list = externalClusters(cluster);
  const names = new Set(list.map((external) => textOf(external['name'])));
  return [
    ...list.flatMap(checkExternalCluster),
    ...(names.size === list.length ? [] : [invalid(path, listOf(valueAt(cluster, path)), duplicateSentence)]),
  ];
}

const path = ['spec', 'externalClusters'];

function checkExternalCluster(external: ExternalCluster, index: number): readonly FieldError[] {
  const secretParts = ['sslCert', 'sslKey', 'sslRootCert'].flatMap((secret) =>
    setSection(external, [secret]) === undefined ? [] : ['name', 'key'].map((part) => [secret, part]),
  );
  const unsafe = [['name'], ...secretParts].flatMap((steps) => {
    const value = textOf(valueAt(external, steps));
    return leavesFolder(value) ? [invalid([...path, index, ...steps], value, pathSentence)] : [];
  });
  return [...(hasConnection(external) ? [] : [required([...path, index], requiredSentence)]), ...unsafe];
}

/** These become names of files. */
function leavesFolder(value: string): boolean {
  return value === '.' || value === '..' || /[/\\]/.test(value);
}

const duplicateSentence = 'the list of external clusters contains duplicate values';
const requiredSentence = 'one of connectionParameters, plugin and barmanObjectStore is required';
const pathSentence = "cannot contain a path separator or a '..' component";
