import { expect, test } from 'vitest';
import { checkManaged } from '../../../src/admission/check-managed.ts';
import { renderField, renderFieldError } from '../../../src/admission/field-error.ts';

function refused(spec: unknown): readonly string[] {
  return checkManaged({ metadata: { name: 'test' }, spec }).map(renderFieldError);
}

function services(...names: readonly unknown[]) {
  const additional = names.map((name) => ({ serviceTemplate: { metadata: { name } } }));
  return { managed: { services: { additional } } };
}

function roles(...list: readonly unknown[]) {
  return { managed: { roles: list } };
}

const slots = { 'pg_failover_slots.synchronize_slot_names': 'my_slot' };

test.each([
  undefined,
  { managed: 'x' },
  { managed: { services: 'x', roles: {} } },
  { managed: { services: { additional: [], disabledDefaultServices: ['ro', 'r', 5] } } },
  services('service1', 'service2'),
  { managed: { services: { additional: [{ serviceTemplate: { metadata: { name: 'a' }, spec: { selector: {} } } }] } } },
  roles({ name: 'non-conflicting' }, { name: 'other', connectionLimit: -1, disablePassword: true }),
  roles({ name: 'a', connectionLimit: 'x', disablePassword: false, passwordSecret: { name: 's' } }),
  { postgresql: { parameters: { hot_standby_feedback: 'foo', 'pg_failover_slots_x.y': '1' } } },
  { postgresql: { parameters: { ...slots, hot_standby_feedback: 'ON' } } },
  { postgresql: { parameters: { ...slots, hot_standby_feedback: 'y' } }, replicationSlots: { highAvailability: {} } },
])('%j is accepted', (spec) => {
  expect(refused(spec)).toEqual([]);
});

test('the service of the primary stays', () => {
  expect(refused({ managed: { services: { disabledDefaultServices: ['rw'] } } })).toEqual([
    'spec.managed.services.disabledDefaultServices: Invalid value: "rw": service of type RW cannot be disabled.',
  ]);
});

test.each(['test-rw', 'test-ro', 'test-r', 'test-any'])('%s is reserved', (name) => {
  expect(refused(services('a', name))).toEqual([
    `spec.managed.services.additional[1]: Invalid value: "${name}": the service name: '${name}' is reserved for operator use`,
  ]);
});

test('a service has a name', () => {
  expect(refused(services(undefined))).toEqual([
    'spec.managed.services.additional[0]: Invalid value: "": name is required',
  ]);
});

test('a service has a name of its own', () => {
  expect(refused(services('a', 'a'))).toEqual([
    'spec.managed.services.additional: Invalid value: ["a","a"]: contains services with the same .metadata.name',
  ]);
});

test('a service selects what CloudNativePG says', () => {
  const serviceTemplate = { metadata: { name: 'a' }, spec: { selector: { app: 'test' } } };
  const errors = checkManaged({ spec: { managed: { services: { additional: [{ serviceTemplate }] } } } });
  expect(errors.map(renderFieldError)).toEqual([
    'spec.managed.services.additional[0]: Invalid value: {"app":"test"}: selector field is managed by the operator',
  ]);
  expect(renderField(errors[0]?.at ?? [])).toBe('spec.managed.services.additional[0].serviceTemplate.spec.selector');
});

test('a role stands once', () => {
  const errors = checkManaged({ spec: roles({ name: 'a' }, { name: 'a' }) });
  expect(errors.map(renderFieldError)).toEqual([
    'spec.managed.roles: Invalid value: "a": Role name is duplicate of another',
  ]);
  expect(renderField(errors[0]?.at ?? [])).toBe('spec.managed.roles[1].name');
});

test.each(['postgres', 'streaming_replica', 'pg_monitor', 'cnpg_pooler_pgbouncer'])('%s is reserved', (name) => {
  expect(refused(roles({ name, connectionLimit: -3 }))).toEqual([
    'spec.managed.roles: Invalid value: -3: Connection limit should be positive, unless defaulting to -1',
    `spec.managed.roles: Invalid value: "${name}": This role is reserved for operator use`,
  ]);
});

test('a role has a password or none', () => {
  expect(refused(roles({ name: 'a', disablePassword: true, passwordSecret: { name: 's' } }))).toEqual([
    'spec.managed.roles: Invalid value: "a": This role both sets and disables a password',
  ]);
});

test.each([undefined, 'foo', 'off', true])('pg_failover_slots does not work with hot_standby_feedback %j', (value) => {
  expect(refused({ postgresql: { parameters: { ...slots, hot_standby_feedback: value } } })).toEqual([
    'spec.postgresql.parameters.hot_standby_feedback: Invalid value: false: `hot_standby_feedback` must be enabled to use  extension',
  ]);
});

test('pg_failover_slots does not work without slots', () => {
  const postgresql = { parameters: { ...slots, hot_standby_feedback: 'on' } };
  expect(refused({ postgresql, replicationSlots: { highAvailability: { enabled: false } } })).toEqual([
    'spec.replicationSlots.highAvailability: Invalid value: "nil or false": High Availability replication slots must be enabled',
  ]);
});
