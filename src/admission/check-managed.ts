import type { Step } from '../documents/complaint.ts';
import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid } from './field-error.ts';
import { parsePostgresBoolean } from './postgres-values.ts';
import { setSection } from './set-section.ts';

/** What CloudNativePG keeps as declared beside the instances: services, roles, and pg_failover_slots. */
export function checkManaged(cluster: ClusterValue): readonly FieldError[] {
  return [...checkServices(cluster), ...checkRoles(cluster), ...checkFailoverSlots(cluster)];
}

const servicesPath: readonly Step[] = ['spec', 'managed', 'services'];

/** https://cloudnative-pg.io/documentation/current/service_management/ */
function checkServices(cluster: ClusterValue): readonly FieldError[] {
  const services = setSection(cluster, servicesPath);
  if (services === undefined) return [];
  const owner = textOf(valueAt(cluster, ['metadata', 'name']));
  const reserved = ['-rw', '-ro', '-r', '-any'].map((suffix) => `${owner}${suffix}`);
  const additional = listOf(services['additional']);
  const names = additional.map((service) => textOf(valueAt(service, ['serviceTemplate', 'metadata', 'name'])));
  return [
    ...(listOf(services['disabledDefaultServices']).includes('rw')
      ? [invalid([...servicesPath, 'disabledDefaultServices'], 'rw', 'service of type RW cannot be disabled.')]
      : []),
    ...additional.flatMap((service, index) => checkService(service, index, reserved)),
    ...(new Set(names).size === names.length
      ? []
      : [invalid([...servicesPath, 'additional'], names, 'contains services with the same .metadata.name')]),
  ];
}

function checkService(service: unknown, index: number, reserved: readonly string[]): readonly FieldError[] {
  const path = [...servicesPath, 'additional', index];
  const template = mapOf(mapOf(service)['serviceTemplate']);
  const name = textOf(valueAt(template, ['metadata', 'name']));
  const selector = mapOf(valueAt(template, ['spec', 'selector']));
  const refuseName = (sentence: string): FieldError => ({
    ...invalid(path, name, sentence),
    at: [...path, 'serviceTemplate', 'metadata', 'name'],
  });
  return [
    ...(reserved.includes(name) ? [refuseName(`the service name: '${name}' is reserved for operator use`)] : []),
    ...(Object.keys(selector).length === 0
      ? []
      : [
          {
            ...invalid(path, selector, 'selector field is managed by the operator'),
            at: [...path, 'serviceTemplate', 'spec', 'selector'],
          },
        ]),
    ...(name === '' ? [refuseName('name is required')] : []),
  ];
}

const rolesPath: readonly Step[] = ['spec', 'managed', 'roles'];

/** https://cloudnative-pg.io/documentation/current/declarative_role_management/ */
function checkRoles(cluster: ClusterValue): readonly FieldError[] {
  const seen = new Set<string>();
  return listOf(valueAt(cluster, rolesPath)).flatMap((item, index) => {
    const role = mapOf(item);
    const name = textOf(role['name']);
    const isRepeated = seen.has(name);
    seen.add(name);
    const refuse = (key: string, value: unknown, sentence: string): FieldError => ({
      ...invalid(rolesPath, value, sentence),
      at: [...rolesPath, index, key],
    });
    const limit = typeof role['connectionLimit'] === 'number' ? role['connectionLimit'] : 0;
    const hasSecret = setSection(role, ['passwordSecret']) !== undefined;
    return [
      ...(isRepeated ? [refuse('name', name, 'Role name is duplicate of another')] : []),
      ...(limit < 0 && limit !== -1 ? [refuse('connectionLimit', limit, limitSentence)] : []),
      ...(isReservedRole(name) ? [refuse('name', name, 'This role is reserved for operator use')] : []),
      ...(role['disablePassword'] === true && hasSecret
        ? [refuse('disablePassword', name, 'This role both sets and disables a password')]
        : []),
    ];
  });
}

const limitSentence = 'Connection limit should be positive, unless defaulting to -1';

function isReservedRole(name: string): boolean {
  return name === 'streaming_replica' || name === 'postgres' || name.startsWith('cnpg_') || name.startsWith('pg_');
}

/** https://cloudnative-pg.io/documentation/current/postgresql_conf/#enabling-pg_failover_slots */
function checkFailoverSlots(cluster: ClusterValue): readonly FieldError[] {
  const parametersPath = ['spec', 'postgresql', 'parameters'];
  const parameters = mapOf(valueAt(cluster, parametersPath));
  if (!Object.keys(parameters).some((name) => name.startsWith('pg_failover_slots.'))) return [];
  const slotsPath = ['spec', 'replicationSlots', 'highAvailability'];
  // They are on unless they are switched off.
  const hasSlots = valueAt(cluster, [...slotsPath, 'enabled']) !== false;
  return [
    ...(parsePostgresBoolean(textOf(parameters['hot_standby_feedback'])) === true
      ? []
      : [invalid([...parametersPath, 'hot_standby_feedback'], false, feedbackSentence)]),
    ...(hasSlots ? [] : [invalid(slotsPath, 'nil or false', 'High Availability replication slots must be enabled')]),
  ];
}

// Upstream leaves the name of the extension out.
const feedbackSentence = '`hot_standby_feedback` must be enabled to use  extension';
