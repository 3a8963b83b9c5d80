import { expect, test } from 'vitest';
import { checkAccess } from '../../../src/admission/check-access.ts';
import { renderField, renderFieldError } from '../../../src/admission/field-error.ts';

function refused(spec: unknown): readonly string[] {
  return checkAccess({ metadata: { name: 'test' }, spec }).map(renderFieldError);
}

test.each([
  undefined,
  'x',
  { superuserSecret: 'x', certificates: [], postgresql: { ldap: 5 }, env: 'x', serviceAccountName: {} },
  { superuserSecret: { name: 'secret' } },
  { certificates: { serverCASecret: 'ca', serverTLSSecret: 'tls', replicationTLSSecret: 'r', clientCASecret: 'c' } },
  { certificates: { serverAltDNSNames: ['a'] } },
  { postgresql: { ldap: { server: 'ldap.example.com', bindAsAuth: {} } } },
  { env: [{ name: 'TZ', value: 'UTC' }, 'x'] },
  { serviceAccountName: 'shared' },
  { serviceAccountTemplate: {} },
])('%j is accepted', (spec) => {
  expect(refused(spec)).toEqual([]);
});

test.each([{}, { name: '' }])('a superuser secret has a name', (superuserSecret) => {
  expect(refused({ superuserSecret })).toEqual([
    `spec.superusersecret.name: Invalid value: "": Super user secret name can't be empty`,
  ]);
});

test('certificates come together with their authority', () => {
  expect(refused({ certificates: { serverTLSSecret: 'tls', replicationTLSSecret: 'r' } })).toEqual([
    `spec.certificates.servercasecret: Invalid value: "": Server CA secret can't be empty when server TLS secret is provided`,
    `spec.certificates.clientcasecret: Invalid value: "": Client CA secret can't be empty when client replication secret is provided`,
  ]);
});

test('names are for certificates that CloudNativePG makes', () => {
  expect(
    refused({ certificates: { serverTLSSecret: 't', serverCASecret: 'c', serverAltDNSNames: ['a.b', 'c'] } }),
  ).toEqual([
    `spec.certificates.serveraltdnsnames: Invalid value: "[a.b c]": Server alternative DNS names can't be defined when server TLS secret is provided`,
  ]);
});

test('LDAP needs a server and one way to bind', () => {
  expect(refused({ postgresql: { ldap: { bindAsAuth: {}, bindSearchAuth: {} } } })).toEqual([
    'spec.postgresql.ldap: Invalid value: "": ldap server cannot be empty if any other ldap parameters are specified',
    'spec.postgresql.ldap: Invalid value: "bindAsAuth or bindSearchAuth": only bind+search or bind method can be specified',
  ]);
});

test.each(['PGDATA', 'pgpass', 'CNPG_X', 'POD_NAME', 'NAMESPACE', 'CLUSTER_NAME'])('%s is reserved', (name) => {
  expect(refused({ env: [{ name: 'A' }, { name }] })).toEqual([
    `spec.postgresql.env[1].name: Invalid value: "${name}": the usage of this environment variable is reserved for the operator`,
  ]);
});

test('a service account has a name or a template', () => {
  expect(refused({ serviceAccountName: 'shared', serviceAccountTemplate: {} })).toEqual([
    'spec.serviceAccountName: Invalid value: "shared": serviceAccountName and serviceAccountTemplate are mutually exclusive',
  ]);
});

test('what upstream calls otherwise is found where it is written', () => {
  const errors = checkAccess({
    spec: { superuserSecret: {}, certificates: { serverTLSSecret: 't' }, env: [{ name: 'PGDATA' }] },
  });
  expect(errors.map(({ at }) => renderField(at ?? []))).toEqual([
    ...['spec.superuserSecret.name', 'spec.certificates.serverCASecret', 'spec.env[0].name'],
  ]);
});

test('the name of the cluster is looked at, too', () => {
  expect(checkAccess({ metadata: { name: 'test.one' } })).toHaveLength(1);
});
