import { expect, test } from 'vitest';
import { checkStorage } from '../../../src/admission/check-storage.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

const storage = { size: '1Gi' };

function refusals(spec: Readonly<Record<string, unknown>>): readonly string[] {
  return checkStorage({ spec: { storage, ...spec } }).map(renderFieldError);
}

const missing = 'Size not configured. Please add it, or a storage request in the pvcTemplate.';

test.each([
  [{}, []],
  [{ storage: {} }, [`spec.storage.size: Invalid value: "": ${missing}`]],
  [{ storage: { size: '1GB' } }, [`spec.storage.size: Invalid value: "1GB": Size value isn't valid`]],
  [{ storage: { pvcTemplate: { resources: { requests: { storage: '1Gi' } } } } }, []],
  [
    { storage: { pvcTemplate: { resources: { requests: { storage: '0' } } } } },
    [`spec.storage.size: Invalid value: "": ${missing}`],
  ],
  [{ walStorage: {} }, [`spec.walStorage.size: Invalid value: "": ${missing}`]],
  [
    { ephemeralVolumeSource: {}, ephemeralVolumesSizeLimit: { temporaryData: '1Gi' } },
    [
      'spec.ephemeralVolumeSource: Duplicate value: "Conflicting settings: provide either ephemeralVolumeSource or ephemeralVolumesSizeLimit.TemporaryData, not both."',
    ],
  ],
  [
    {
      tablespaces: [
        { name: 'a', storage },
        { name: 'A', storage },
      ],
    },
    ['spec.tablespaces[1]: Invalid value: "A": duplicate tablespace name'],
  ],
  [{ tablespaces: [{ name: 'a', storage: {} }] }, [`spec.tablespaces[0].size: Invalid value: "": ${missing}`]],
  [
    { tablespaces: [{ name: 'pg_x', storage }] },
    [`spec.tablespaces[0]: Invalid value: "pg_x": tablespace names beginning 'pg_' are reserved for Postgres`],
  ],
  [
    { tablespaces: [{ name: '9a', storage }] },
    [
      `spec.tablespaces[0]: Invalid value: "9a": tablespace names must be valid Postgres identifiers: alphanumeric characters, '_', '$', and must start with a letter or an underscore`,
    ],
  ],
  [
    { tablespaces: [{ name: 'x'.repeat(64), storage }] },
    [`spec.tablespaces[0]: Invalid value: "${'x'.repeat(64)}": the maximum length of an identifier is 63 characters`],
  ],
  [
    {
      tablespaces: [
        { name: 'a_b', storage },
        { name: 'a$b', storage },
      ],
    },
    [
      'spec.tablespaces[1]: Invalid value: "a$b": tablespace name results in duplicate volume name "tbs-a-b" after sanitization (special characters are converted to hyphens)',
    ],
  ],
  [
    { backup: { volumeSnapshot: { tablespaceClassName: { x: 'c' } } } },
    [
      `spec.backup.volumeSnapshot.tablespaceClassName: Invalid value: "x": specified the VolumeSnapshot backup configuration for the tablespace: x, but it can't be found in the '.spec.tablespaces' stanza`,
    ],
  ],
  [{ tablespaces: 'x', walStorage: 5, backup: [] }, [`spec.walStorage.size: Invalid value: "": ${missing}`]],
])('%j', (spec, expected) => {
  expect(refusals(spec)).toEqual(expected);
});
