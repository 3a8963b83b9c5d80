import { describe, expect, test } from 'vitest';
import { checkParameterNames } from '../../../src/admission/check-parameter-names.ts';
import { checkParameterValues } from '../../../src/admission/check-parameter-values.ts';
import { checkReplicationSlots } from '../../../src/admission/check-replication-slots.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

function refusals(
  parameters: Readonly<Record<string, unknown>>,
  spec: Readonly<Record<string, unknown>> = {},
  annotations = {},
): readonly string[] {
  return checkParameterValues({
    metadata: { annotations },
    spec: { imageName: 'pg:18', ...spec, postgresql: { parameters } },
  }).map(renderFieldError);
}

const at = 'spec.postgresql.parameters';

describe('values', () => {
  test.each([
    [{}, {}, []],
    [
      {
        shared_buffers: '1GB',
        hot_standby_feedback: 'on',
        wal_log_hints: 'off',
        min_wal_size: '1GB',
        max_wal_size: '2GB',
      },
      {},
      [],
    ],
    [
      { wal_level: 'loud' },
      {},
      [
        `${at}.wal_level: Invalid value: "loud": unrecognized \`wal_level\` value - allowed values: \`logical\`, \`replica\`, \`minimal\``,
      ],
    ],
    [
      { wal_level: 'minimal' },
      {},
      [
        `${at}.wal_level: Invalid value: "minimal": \`wal_level\` should be set at \`logical\` or \`replica\` when \`archive_mode\` is \`on\`, '.instances' field is greater than 1, or this is a replica cluster`,
        `${at}.max_wal_senders: Invalid value: "minimal": \`max_wal_senders\` should be set at \`0\` when \`wal_level\` is \`minimal\``,
      ],
    ],
    [
      { shared_buffers: '1 gigabyte' },
      {},
      [
        `${at}.shared_buffers: Invalid value: "shared_buffers": Invalid value for configuration parameter shared_buffers. More info on accepted values format: https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES`,
      ],
    ],
    [
      { sync_replication_slots: 'maybe' },
      {},
      [
        `${at}.sync_replication_slots: Invalid value: "maybe": invalid \`sync_replication_slots\` value. Must be a postgres boolean`,
      ],
    ],
    [
      { wal_log_hints: 'off' },
      { instances: 2 },
      [`${at}.wal_log_hints: Invalid value: "off": \`wal_log_hints\` must be set to \`on\` when \`instances\` > 1`],
    ],
    [
      { min_wal_size: '2GB' },
      {},
      [
        `${at}.min_wal_size: Invalid value: "2GB": Invalid vale. Parameter min_wal_size (default 80MB) should be smaller than parameter max_wal_size (default 1GB)`,
      ],
    ],
    [
      { max_wal_size: 'x' },
      {},
      [`${at}.max_wal_size: Invalid value: "x": Invalid value for configuration parameter max_wal_size`],
    ],
    [
      { max_wal_size: '4GB' },
      { walStorage: { size: '2Gi' } },
      [
        `${at}.max_wal_size: Invalid value: "4GB": Invalid value. Parameter max_wal_size (default 1GB) should be smaller than WAL volume size`,
      ],
    ],
    [
      {},
      { imageName: 'pg:12' },
      ['spec.imageName: Invalid value: "pg:12": Unsupported PostgreSQL version. Versions 13 or newer are supported'],
    ],
    [{ wal_level: 'loud' }, { imageName: 'pg:latest' }, []],
  ])('%j with %j', (parameters, spec, expected) => {
    expect(refusals(parameters, spec)).toEqual(expected);
  });

  test('wal_level may be minimal where nothing needs more', () => {
    expect(
      refusals({ wal_level: 'minimal', max_wal_senders: '0' }, {}, { 'cnpg.io/skipWalArchiving': 'enabled' }),
    ).toEqual([]);
  });

  test('synchronous replication is configured in one way, and an election has labels', () => {
    const postgresql = { synchronous: { number: 1 }, syncReplicaElectionConstraint: { enabled: true } };
    expect(
      checkParameterValues({ spec: { imageName: 'pg:18', maxSyncReplicas: 1, postgresql } }).map(renderFieldError),
    ).toEqual([
      `spec.postgresql.synchronous: Invalid value: {"number":1}: Can't have both legacy synchronous replica configuration and new one`,
      "spec.postgresql.syncReplicaElectionConstraint.nodeLabelsAntiAffinity: Invalid value: null: Can't enable syncReplicaConstraints without passing labels for comparison inside nodeLabelsAntiAffinity",
    ]);
  });
});

describe('names', () => {
  const names = (parameters: Readonly<Record<string, unknown>>, spec = {}) =>
    checkParameterNames({ spec: { ...spec, postgresql: { parameters } } }).map(renderFieldError);

  test.each(['work_mem', 'pgaudit.log', 'MyGuc$', 'extension_control_path', 'dynamic_library_path'])(
    '%s is free',
    (name) => {
      expect(names({ [name]: 'x' })).toEqual([]);
    },
  );

  test.each([
    'port',
    'archive_mode',
    'shared_preload_libraries',
    'ssl',
    'recovery_target_time',
    'log_directory',
    'config_file',
    'pg_failover_slots.primary_dsn',
  ])('%s is fixed', (name) => {
    expect(names({ [name]: 'x' })).toEqual([
      `${at}.${name}: Invalid value: "x": Can't set fixed configuration parameter`,
    ]);
  });

  test.each(['a b', 'a.b.c', '9a', 'a\nb', ''])('%j is none', (name) => {
    expect(names({ [name]: 'x' })).toEqual([
      `${at}.${name}: Invalid value: ${JSON.stringify(name)}: must be a valid PostgreSQL configuration parameter name (a GUC name, optionally namespaced with a single dot)`,
    ]);
  });

  test('what the webhook writes itself is accepted', () => {
    expect(
      names({ archive_mode: 'on', log_destination: 'csvlog', logging_collector: 'on', shared_preload_libraries: '' }),
    ).toEqual([]);
    expect(names({ archive_mode: 'always' }, { replica: { enabled: true } })).toEqual([]);
    expect(names({ archive_mode: 'always' })).toHaveLength(1);
  });
});

describe('replication slots', () => {
  const slots = (replicationSlots: unknown, parameters = {}, imageName = 'pg:18') =>
    checkReplicationSlots({ spec: { imageName, replicationSlots, postgresql: { parameters } } }).map(renderFieldError);
  const decoding = { highAvailability: { synchronizeLogicalDecoding: true } };

  test.each([
    [undefined, {}, 'pg:18', []],
    [
      { synchronizeReplicas: { excludePatterns: ['^a', '[b'] } },
      {},
      'pg:18',
      [
        'spec.replicationSlots.synchronizeReplicas.excludePatterns: Invalid value: ["[b"]: Cannot configure synchronizeReplicas. Invalid regexes were found',
      ],
    ],
    [
      { highAvailability: { enabled: false }, synchronizeReplicas: { enabled: false, excludePatterns: ['[b'] } },
      {},
      'pg:18',
      [],
    ],
    [decoding, { hot_standby_feedback: 'on', sync_replication_slots: 'on' }, 'pg:18', []],
    [decoding, { 'pg_failover_slots.x': '1' }, 'pg:16', []],
    [
      decoding,
      {},
      'pg:16',
      [
        'spec.replicationSlots.highAvailability.synchronizeLogicalDecoding: Invalid value: true: pg_failover_slots extension must be enabled to use synchronizeLogicalDecoding with Postgres versions < 17',
      ],
    ],
    [
      decoding,
      {},
      'pg:18',
      [
        `${at}.hot_standby_feedback: Invalid value: false: \`hot_standby_feedback\` must be enabled to enable \`spec.replicationSlots.highAvailability.synchronizeLogicalDecoding\``,
        `${at}.sync_replication_slots: Invalid value: false: either \`sync_replication_slots\` setting or pg_failover_slots extension must be enabled to enable \`spec.replicationSlots.highAvailability.synchronizeLogicalDecoding\``,
      ],
    ],
  ])('%j with %j and %s', (replicationSlots, parameters, image, expected) => {
    expect(slots(replicationSlots, parameters, image)).toEqual(expected);
  });
});
