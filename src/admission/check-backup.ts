import type { Step } from '../documents/complaint.ts';
import { mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';
import { isGiven } from './given.ts';

const store: readonly Step[] = ['spec', 'backup', 'barmanObjectStore'];

/** Backups into an object store: https://cloudnative-pg.io/documentation/current/backup_barmanobjectstore/ */
export function checkBackup(cluster: ClusterValue): readonly FieldError[] {
  const retention = ['spec', 'backup', 'retentionPolicy'];
  const policy = textOf(valueAt(cluster, retention));
  const isPolicy = policy === '' || isRetention(policy);
  return [
    ...(isGiven(cluster, store) ? checkCredentials(cluster) : []),
    ...(isPolicy ? [] : [invalid(retention, policy, 'not a valid retention policy')]),
  ];
}

// As upstream, whatever stands before the number.
function isRetention(policy: string): boolean {
  const digits = /(?<!\d)\d+(?=[dwm]$)/.exec(policy)?.[0] ?? '';
  return /[1-9]/.test(digits);
}

function checkCredentials(cluster: ClusterValue): readonly FieldError[] {
  const value = mapOf(valueAt(cluster, store));
  const kinds = ['azureCredentials', 's3Credentials', 'googleCredentials'].filter((key) => isGiven(value, [key]));
  const one = 'One and only one of azureCredentials, s3Credentials and googleCredentials are required';
  // Of two kinds upstream tells the mistakes of the last one only.
  const last = kinds.at(-1);
  return [
    ...(last === 'azureCredentials' ? checkAzure(mapOf(value[last])) : []),
    ...(last === 's3Credentials' ? checkAws(mapOf(value[last])) : []),
    ...(last === 'googleCredentials' ? checkGoogle(mapOf(value[last])) : []),
    ...(kinds.length === 0 ? [invalid(store, value, `missing credentials. ${one}`)] : []),
    ...(kinds.length > 1 ? [invalid(store, value, `too many credentials. ${one}`)] : []),
  ];
}

type Credentials = Readonly<Record<string, unknown>>;

function checkAzure(azure: Credentials): readonly FieldError[] {
  const path = [...store, 'azureCredentials'];
  const has = (key: string): boolean => isGiven(azure, [key]);
  const ways = [
    azure['inheritFromAzureAD'] === true,
    azure['useDefaultAzureCredentials'] === true,
    has('storageKey'),
    has('storageSasToken'),
  ].filter(Boolean).length;
  const explicit = has('storageKey') || has('storageSasToken');
  return [
    ...(ways !== 1 && !has('connectionString')
      ? [
          invalid(
            path,
            azure,
            'when connection string is not specified, one and only one of storage key, storage SAS token, Azure AD authentication, or default Azure credentials is required',
          ),
        ]
      : []),
    ...((ways !== 0 || has('storageAccount')) && has('connectionString')
      ? [invalid(path, azure, 'when connection string is specified, the other parameters must be empty')]
      : []),
    ...(explicit && !has('storageAccount')
      ? [invalid(path, azure, 'storage account must be specified when using storage key or SAS token')]
      : []),
  ];
}

function checkAws(aws: Credentials): readonly FieldError[] {
  // Upstream calls the field otherwise than the document does.
  const refuse = (message: string): FieldError => ({
    ...invalid([...store, 'awsCredentials'], aws, message),
    at: [...store, 's3Credentials'],
  });
  const keys = ['accessKeyId', 'secretAccessKey'].filter((key) => isGiven(aws, [key])).length;
  const ways = (aws['inheritFromIAMRole'] === true ? 1 : 0) + (keys > 0 ? 1 : 0);
  return [
    ...(keys === 1 ? [refuse('when using AWS credentials both accessKeyId and secretAccessKey must be provided')] : []),
    ...(ways === 0 ? [refuse('at least one AWS authentication method should be supplied')] : []),
    ...(ways > 1 ? [refuse('only one AWS authentication method should be supplied')] : []),
  ];
}

function checkGoogle(google: Credentials): readonly FieldError[] {
  const refuse = (message: string): FieldError => ({
    ...invalid(['spec', 'backupConfiguration', 'googleCredentials'], google, message),
    at: [...store, 'googleCredentials'],
  });
  const isGke = google['gkeEnvironment'] === true;
  const hasSecret = isGiven(google, ['applicationCredentials']);
  if (!isGke && !hasSecret) return [refuse('if gkeEnvironment is false, secret with credentials must be provided')];
  return isGke && hasSecret ? [refuse('if gkeEnvironment is true, secret with credentials must not be provided')] : [];
}
