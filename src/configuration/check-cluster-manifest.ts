import { type Complaint, quote, type Step } from '../documents/complaint.ts';
import { describeFound, kindOf } from '../documents/found-value.ts';
import { listOf, mapOf, valueAt } from '../documents/plain-value.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { archiveMode } from '../manifests/archive-mode.ts';
import { fixedParameterSentence, judgeParameter } from '../manifests/fixed-parameters.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { Resolution } from '../manifests/resolve-cluster.ts';
import { complainAt, type PlacedComplaint } from './placed-complaint.ts';

/** What keeps a Cluster from being run, and what of it is not honoured. */
export function checkClusterManifest(
  cluster: Manifest,
  resolution: Resolution,
): { readonly problems: readonly PlacedComplaint[]; readonly warnings: readonly PlacedComplaint[] } {
  const { document } = cluster;
  const surprises = resolution.surprises.map(({ document: where, path, message }) =>
    complainAt(where, path, 'value', { expected: 'nothing that surprises', message }),
  );
  const passedOver = notHonoured.filter(({ path }) => isSet(document, path));
  return {
    problems: [
      ...checkKinds(cluster),
      ...(resolution.kind === 'failed' ? [unresolved(resolution)] : []),
      ...checkParameters(cluster),
    ],
    warnings: [
      ...surprises,
      ...passedOver.map(({ path, message }) =>
        complainAt(document, path, 'key', { expected: 'nothing here', message }),
      ),
    ],
  };
}

/** What could not be looked into any further would else be passed over. */
export function checkKinds({ document }: Manifest): readonly PlacedComplaint[] {
  const lists = [
    ['spec', 'postgresql', 'extensions'],
    ['spec', 'postgresql', 'shared_preload_libraries'],
    ['spec', 'images'],
    ...listOf(valueAt(document.value, ['spec', 'images'])).map((_, index) => ['spec', 'images', index, 'extensions']),
  ];
  const maps = [['spec'], ['spec', 'postgresql'], ['spec', 'postgresql', 'parameters'], ['spec', 'imageCatalogRef']];
  const refuse = (path: readonly Step[], expected: 'a list' | 'a map'): readonly PlacedComplaint[] => {
    const found = kindOf(valueAt(document.value, path));
    if (found === expected || found === 'nothing') return [];
    return [{ document, complaint: { path, at: 'value', found, expected, message: 'CloudNativePG refuses it, too' } }];
  };
  return [...lists.flatMap((path) => refuse(path, 'a list')), ...maps.flatMap((path) => refuse(path, 'a map'))];
}

const notHonoured: readonly { readonly path: readonly Step[]; readonly message: string }[] = [
  {
    path: ['spec', 'postgresql', 'pg_hba'],
    message: 'pg-instance-manager run leaves pg_hba.conf of the data folder alone',
  },
  {
    path: ['spec', 'postgresql', 'pg_ident'],
    message: 'pg-instance-manager run leaves pg_ident.conf of the data folder alone',
  },
  {
    path: ['spec', 'postgresql', 'ldap'],
    message: 'pg-instance-manager run leaves pg_hba.conf of the data folder alone',
  },
  {
    path: ['spec', 'managed', 'roles'],
    message: 'pg-instance-manager run makes no roles but the owner of the application database',
  },
];

function isSet(document: SourceDocument, path: readonly Step[]): boolean {
  return (valueAt(document.value, path) ?? null) !== null;
}

function unresolved({ reason, document, path }: Extract<Resolution, { readonly kind: 'failed' }>): PlacedComplaint {
  const missing = /^catalog (.+) not found$/.exec(reason)?.[1];
  const found = describeFound(valueAt(document.value, path), path);
  const complaint: Omit<Complaint, 'path' | 'at'> =
    missing === undefined
      ? { found, expected: 'what can be resolved', message: reason }
      : {
          found: quote(missing),
          expected: 'a catalog that is beside the Cluster',
          message: `${reason}; put its document there, or take the Cluster with its status`,
        };
  return { document, complaint: { path, at: 'value', ...complaint } };
}

function checkParameters({ document }: Manifest): readonly PlacedComplaint[] {
  const path = ['spec', 'postgresql', 'parameters'];
  const mode = archiveMode(document.value);
  return Object.entries(mapOf(valueAt(document.value, path))).flatMap(([name, value]): readonly PlacedComplaint[] => {
    const found = kindOf(value);
    if (found === 'nothing') return [];
    const here = [...path, name];
    // PostgreSQL knows names in any case, CloudNativePG compares them as they are.
    if (judgeParameter(name.toLowerCase(), value, mode) === 'fixed') {
      const expected = 'a parameter that CloudNativePG lets be set';
      return [
        {
          document,
          complaint: { path: here, at: 'key', found: JSON.stringify(name), expected, message: fixedParameterSentence },
        },
      ];
    }
    if (typeof value === 'string' || found === 'a map' || found === 'a list') return [];
    const message = 'put it in quotes, CloudNativePG takes texts only';
    return [{ document, complaint: { path: here, at: 'value', found, expected: 'a text', message } }];
  });
}
