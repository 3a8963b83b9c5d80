import { expect, test } from 'vitest';
import { checkBackup } from '../../../src/admission/check-backup.ts';
import { checkPlugins } from '../../../src/admission/check-plugins.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

function sentences(barmanObjectStore: unknown): readonly string[] {
  return checkBackup({ spec: { backup: { barmanObjectStore } } }).map(({ message }) => message);
}

const one = 'One and only one of azureCredentials, s3Credentials and googleCredentials are required';
const key = { name: 'a', key: 'b' };

test.each([
  [undefined, []],
  [{ s3Credentials: { inheritFromIAMRole: true } }, []],
  [{ s3Credentials: { accessKeyId: key, secretAccessKey: key } }, []],
  [{}, [`missing credentials. ${one}`]],
  [
    { s3Credentials: { inheritFromIAMRole: true }, googleCredentials: { gkeEnvironment: true } },
    [`too many credentials. ${one}`],
  ],
  [{ s3Credentials: {} }, ['at least one AWS authentication method should be supplied']],
  [
    { s3Credentials: { accessKeyId: key } },
    ['when using AWS credentials both accessKeyId and secretAccessKey must be provided'],
  ],
  [
    { s3Credentials: { inheritFromIAMRole: true, accessKeyId: key, secretAccessKey: key } },
    ['only one AWS authentication method should be supplied'],
  ],
  [{ googleCredentials: {} }, ['if gkeEnvironment is false, secret with credentials must be provided']],
  [
    { googleCredentials: { gkeEnvironment: true, applicationCredentials: key } },
    ['if gkeEnvironment is true, secret with credentials must not be provided'],
  ],
  [{ azureCredentials: { connectionString: key } }, []],
  [
    { azureCredentials: {} },
    [
      'when connection string is not specified, one and only one of storage key, storage SAS token, Azure AD authentication, or default Azure credentials is required',
    ],
  ],
  [
    { azureCredentials: { connectionString: key, storageAccount: key } },
    ['when connection string is specified, the other parameters must be empty'],
  ],
  [
    { azureCredentials: { storageKey: key } },
    ['storage account must be specified when using storage key or SAS token'],
  ],
])('%j', (store, expected) => {
  expect(sentences(store)).toEqual(expected);
});

test.each([
  ['', true],
  ['30d', true],
  ['x10w', true],
  ['0d', false],
  ['d', false],
  ['30', false],
  ['30D', false],
])('the retention policy "%s"', (retentionPolicy, isGood) => {
  const found = checkBackup({ spec: { backup: { retentionPolicy } } }).map(renderFieldError);
  const sentence = `spec.backup.retentionPolicy: Invalid value: "${retentionPolicy}": not a valid retention policy`;
  expect(found).toEqual(isGood ? [] : [sentence]);
});

test('one plugin archives WAL, and none beside Barman', () => {
  const plugins = [
    { name: 'a', isWALArchiver: true },
    { name: 'b', isWALArchiver: true },
    { name: 'c', isWALArchiver: true, enabled: false },
  ];
  expect(checkPlugins({ spec: { plugins, backup: { barmanObjectStore: {} } } }).map(renderFieldError)).toEqual([
    'spec.plugins: Invalid value: ["a","b"]: Cannot enable a WAL archiver plugin when barmanObjectStore is configured',
    'spec.plugins: Invalid value: ["a","b"]: Cannot enable more than one WAL archiver plugin',
  ]);
  expect(checkPlugins({ spec: { plugins: [plugins[0]] } })).toEqual([]);
});
