import { describe, expect, test } from 'vitest';
import { findComplaints } from './find-complaints.ts';
import { type Kinds, manifestFiles, only, readManifests } from './read-manifests.ts';

describe.each(manifestFiles())('%s', (file) => {
  const manifests = readManifests(file);

  test.each(manifests.map((manifest) => ({ kind: manifest.kind, manifest })))(
    'its $kind is what the schema says, with no key that the schema does not know',
    ({ manifest }) => {
      expect(findComplaints(manifest)).toEqual([]);
    },
  );

  test('says each thing once', () => {
    const names = manifests.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata?.name}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the check against the schema', () => {
  const changed = <K extends keyof Kinds>(
    file: string,
    kind: K,
    change: (text: string) => string,
  ): readonly string[] => {
    const manifest = only(kind, readManifests(file));
    const text = JSON.stringify(manifest);
    const other = change(text);
    if (other === text) throw new Error('the change changes nothing');
    return findComplaints(JSON.parse(other));
  };

  test.each([
    {
      what: 'a key that is misspelt deep inside',
      from: 'pullPolicy',
      to: 'pulPolicy',
      says: /unknown key spec\.volumes\.\d\.image\.pulPolicy/,
    },
    {
      what: 'a key at the wrong level',
      from: '"fsGroup":26',
      to: '"readOnlyRootFilesystem":true',
      says: /unknown key spec\.securityContext\.readOnlyRootFilesystem/,
    },
    {
      what: 'a key at the top',
      from: '"spec":',
      to: '"specification":{},"spec":',
      says: /unknown key specification/,
    },
    {
      what: 'a text instead of a number',
      from: '"periodSeconds":2',
      to: '"periodSeconds":"two"',
      says: /periodSeconds must be integer/,
    },
    {
      what: 'a word that is none of those allowed',
      from: 'IfNotPresent',
      to: 'Sometimes',
      says: /pullPolicy must be equal to one of the allowed values/,
    },
    {
      what: 'a key that is missing',
      from: '"name":"postgres","image"',
      to: '"image"',
      says: /containers\/0 must have required property name/,
    },
    {
      what: 'another version',
      from: '"apiVersion":"v1"',
      to: '"apiVersion":"v2"',
      says: /apiVersion must be equal to one of the allowed values/,
    },
  ])('finds $what', ({ from, to, says }) => {
    expect(changed('pod.yaml', 'Pod', (text) => text.replace(from, to)).join('\n')).toMatch(says);
  });

  test("finds them in the operator's kinds, too", () => {
    const complaints = changed('podmonitor.yaml', 'PodMonitor', (text) => text.replace('"interval"', '"intervall"'));
    expect(complaints).toEqual(['unknown key spec.podMetricsEndpoints.0.intervall']);
  });
});
