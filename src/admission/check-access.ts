import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import { isReservedVariable } from './check-extensions.ts';
import { checkName } from './check-name.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';
import { setSection } from './set-section.ts';

/** Name, secrets, certificates, LDAP, environment and service account: what a Cluster and its pods identify themselves with. */
export function checkAccess(cluster: ClusterValue): readonly FieldError[] {
  return [
    ...checkSuperuserSecret(cluster),
    ...checkCertificates(cluster),
    ...checkName(cluster),
    ...checkLdap(cluster),
    ...checkEnvironment(cluster),
    ...checkServiceAccount(cluster),
  ];
}

function checkSuperuserSecret(cluster: ClusterValue): readonly FieldError[] {
  const secret = setSection(cluster, ['spec', 'superuserSecret']);
  if (secret === undefined || textOf(secret['name']) !== '') return [];
  const error = invalid(['spec', 'superusersecret', 'name'], '', "Super user secret name can't be empty");
  return [{ ...error, at: ['spec', 'superuserSecret', 'name'] }];
}

function checkCertificates(cluster: ClusterValue): readonly FieldError[] {
  const section = mapOf(valueAt(cluster, ['spec', 'certificates']));
  const has = (key: string) => textOf(section[key]) !== '';
  const names = listOf(section['serverAltDNSNames']).map(textOf);
  const hasServer = has('serverTLSSecret');
  return [
    ...(hasServer && names.length > 0
      ? [refuseCertificate('serverAltDNSNames', `[${names.join(' ')}]`, altNamesSentence)]
      : []),
    ...(hasServer && !has('serverCASecret') ? [refuseCertificate('serverCASecret', '', serverCaSentence)] : []),
    ...(has('replicationTLSSecret') && !has('clientCASecret')
      ? [refuseCertificate('clientCASecret', '', clientCaSentence)]
      : []),
  ];
}

/** Upstream writes these names in lower case. */
function refuseCertificate(key: string, value: string, sentence: string): FieldError {
  const path = ['spec', 'certificates'];
  return { ...invalid([...path, key.toLowerCase()], value, sentence), at: [...path, key] };
}

function checkLdap(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'postgresql', 'ldap'];
  const section = setSection(cluster, path);
  if (section === undefined) return [];
  const hasBoth = ['bindAsAuth', 'bindSearchAuth'].every((key) => setSection(section, [key]) !== undefined);
  return [
    ...(textOf(section['server']) === '' ? [invalid(path, '', ldapServerSentence)] : []),
    ...(hasBoth ? [invalid(path, 'bindAsAuth or bindSearchAuth', ldapBindSentence)] : []),
  ];
}

function checkEnvironment(cluster: ClusterValue): readonly FieldError[] {
  return listOf(valueAt(cluster, ['spec', 'env'])).flatMap((variable, index) => {
    const name = textOf(mapOf(variable)['name']);
    if (!isReservedVariable(name)) return [];
    // Upstream looks for it among the settings of PostgreSQL.
    const error = invalid(['spec', 'postgresql', 'env', index, 'name'], name, reservedSentence);
    return [{ ...error, at: ['spec', 'env', index, 'name'] }];
  });
}

function checkServiceAccount(cluster: ClusterValue): readonly FieldError[] {
  const path = ['spec', 'serviceAccountName'];
  const name = textOf(valueAt(cluster, path));
  if (name === '' || setSection(cluster, ['spec', 'serviceAccountTemplate']) === undefined) return [];
  return [invalid(path, name, 'serviceAccountName and serviceAccountTemplate are mutually exclusive')];
}

const altNamesSentence = "Server alternative DNS names can't be defined when server TLS secret is provided";
const serverCaSentence = "Server CA secret can't be empty when server TLS secret is provided";
const clientCaSentence = "Client CA secret can't be empty when client replication secret is provided";
const ldapServerSentence = 'ldap server cannot be empty if any other ldap parameters are specified';
const ldapBindSentence = 'only bind+search or bind method can be specified';
const reservedSentence = 'the usage of this environment variable is reserved for the operator';
