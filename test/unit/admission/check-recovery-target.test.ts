import { expect, test } from 'vitest';
import { checkRecoveryTarget } from '../../../src/admission/check-recovery-target.ts';
import { renderFieldError } from '../../../src/admission/field-error.ts';

function refused(recoveryTarget: unknown, recovery: object = {}): readonly string[] {
  return checkRecoveryTarget({ spec: { bootstrap: { recovery: { ...recovery, recoveryTarget } } } }).map(
    renderFieldError,
  );
}

const path = 'spec.bootstrap.recovery.recoveryTarget';
const backupID = '20220616T031500';

test.each([
  undefined,
  'x',
  {},
  { targetTime: 5, targetXID: [], targetImmediate: 'yes' },
  { targetTime: '2021-09-01 10:22:47.000000+06' },
  { targetLSN: '1/1' },
  { targetLSN: '000000000000000000FF/aB' },
  { targetTLI: 'latest' },
  { targetTLI: '23' },
  { backupID, targetXID: '4294967295' },
  { backupID, targetName: "my'restore point" },
  { backupID, targetName: 'a'.repeat(63) },
  { backupID, targetImmediate: true },
])('%j is accepted', (target) => {
  expect(refused(target)).toEqual([]);
});

test('there is one target only', () => {
  const target = { targetTime: '2021-09-01 10:22:47', targetLSN: '1/1', exclusive: false, other: 1 };
  expect(refused(target)).toEqual([
    `${path}: Invalid value: {"targetLSN":"1/1","targetTime":"2021-09-01 10:22:47","exclusive":false}: Recovery target options are mutually exclusive`,
  ]);
});

test('a target counts even if it is false', () => {
  expect(refused({ backupID, targetImmediate: false, targetName: 'x' })).toHaveLength(1);
});

test('a time has to be one', () => {
  expect(refused({ targetTime: '2021-09-01 10:22:47.000000 +06:00' })).toEqual([
    `${path}: Invalid value: "2021-09-01 10:22:47.000000 +06:00": The format of TargetTime is invalid`,
  ]);
});

test.each(['1', '1/2/3', 'x/1', '/1', '-1/1', '0x1/1', '28734982739847293874823974928738423/1'])(
  '%s is no LSN',
  (targetLSN) => {
    expect(refused({ targetLSN })).toEqual([`${path}: Invalid value: "${targetLSN}": Invalid TargetLSN`]);
  },
);

test.each(['not-a-number', '1/1', '-1', '+1', '4294967296'])('%s is no transaction', (targetXID) => {
  expect(refused({ backupID, targetXID })).toEqual([
    `${path}.targetXID: Invalid value: "${targetXID}": recovery target xid must be a non-negative 32-bit integer`,
  ]);
});

test.each(['line1\nline2', 'a\0b', 'a\x7fb'])('the name %j is refused', (targetName) => {
  expect(refused({ backupID, targetName })).toEqual([
    `${path}.targetName: Invalid value: ${JSON.stringify(targetName)}: recovery target name must not contain ASCII control characters`,
  ]);
});

test.each(['a'.repeat(64), 'é'.repeat(32)])('a name of 64 bytes is refused', (targetName) => {
  expect(refused({ backupID, targetName })).toEqual([
    `${path}.targetName: Invalid value: "${targetName}": recovery target name must be shorter than 64 bytes`,
  ]);
});

test.each([{ targetXID: '1234' }, { targetName: 'x' }, { targetImmediate: true }])(
  '%j needs a backup to start from',
  (target) => {
    expect(refused(target)).toEqual([`${path}: Required value: BackupID is missing`]);
    expect(refused(target, { volumeSnapshots: {} })).toEqual([]);
  },
);

test.each(['0', '-5', '1.5', '9223372036854775808', "I don't remember"])('%s is no timeline', (targetTLI) => {
  expect(refused({ targetTLI })).toEqual([
    `${path}.targetTLI: Invalid value: {"targetTLI":"${targetTLI}"}: recovery target timeline can be set to 'latest' or a positive integer`,
  ]);
});
