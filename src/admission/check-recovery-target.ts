import type { Step } from '../documents/complaint.ts';
import { textOf } from '../documents/plain-value.ts';
import type { ClusterValue } from './cluster-check.ts';
import { type FieldError, invalid, required } from './field-error.ts';
import { goInteger } from './go-integer.ts';
import { setSection } from './set-section.ts';
import { isTargetTime } from './target-time.ts';

/** How far a recovery goes: https://cloudnative-pg.io/documentation/current/recovery/#point-in-time-recovery-pitr */
export function checkRecoveryTarget(cluster: ClusterValue): readonly FieldError[] {
  const section = setSection(cluster, path);
  if (section === undefined) return [];
  const target = readTarget(section);
  return [
    ...checkExclusiveness(target),
    ...checkPosition(target),
    ...checkName(target.text('targetName')),
    ...checkBackupId(target, setSection(cluster, snapshotsPath) !== undefined),
    ...checkTimeline(target),
  ];
}

const path: readonly Step[] = ['spec', 'bootstrap', 'recovery', 'recoveryTarget'];
const snapshotsPath: readonly Step[] = ['spec', 'bootstrap', 'recovery', 'volumeSnapshots'];

const textKeys = ['backupID', 'targetTLI', 'targetXID', 'targetName', 'targetLSN', 'targetTime'] as const;

type TextKey = (typeof textKeys)[number];

interface Target {
  readonly text: (key: TextKey) => string;
  /** Whether it is said at all, even if it is false. */
  readonly isImmediate: boolean;
  /** The target as upstream shows it. */
  readonly shown: unknown;
}

function readTarget(section: Readonly<Record<string, unknown>>): Target {
  const texts = textKeys.map((key): [string, unknown] => [key, textOf(section[key])]).filter(([, text]) => text !== '');
  const switches = ['targetImmediate', 'exclusive']
    .map((key): [string, unknown] => [key, section[key]])
    .filter(([, value]) => typeof value === 'boolean');
  return {
    text: (key) => textOf(section[key]),
    isImmediate: typeof section['targetImmediate'] === 'boolean',
    shown: Object.fromEntries([...texts, ...switches]),
  };
}

function checkExclusiveness({ text, isImmediate, shown }: Target): readonly FieldError[] {
  const keys: readonly TextKey[] = ['targetLSN', 'targetName', 'targetXID', 'targetTime'];
  const targets = keys.filter((key) => text(key) !== '').length + (isImmediate ? 1 : 0);
  return targets > 1 ? [invalid(path, shown, 'Recovery target options are mutually exclusive')] : [];
}

function checkPosition({ text }: Target): readonly FieldError[] {
  const [time, lsn, xid] = [text('targetTime'), text('targetLSN'), text('targetXID')];
  return [
    ...(time === '' || isTargetTime(time)
      ? []
      : [{ ...invalid(path, time, 'The format of TargetTime is invalid'), at: [...path, 'targetTime'] }]),
    ...(lsn === '' || isLsn(lsn) ? [] : [{ ...invalid(path, lsn, 'Invalid TargetLSN'), at: [...path, 'targetLSN'] }]),
    ...(xid === '' || isTransaction(xid) ? [] : [invalid([...path, 'targetXID'], xid, xidSentence)]),
  ];
}

/** Two numbers of which each may have 64 bits. */
function isLsn(text: string): boolean {
  const parts = text.split('/');
  return parts.length === 2 && parts.every((part) => /^[0-9a-f]+$/i.test(part) && BigInt(`0x${part}`) < 2n ** 64n);
}

function isTransaction(text: string): boolean {
  return /^[0-9]+$/.test(text) && BigInt(text) < 2n ** 32n;
}

function checkName(name: string): readonly FieldError[] {
  const at = [...path, 'targetName'];
  const isLong = new TextEncoder().encode(name).length >= 64;
  const hasControl = [...name].some((character) => character < ' ' || character === '\x7f');
  return [
    ...(isLong ? [invalid(at, name, 'recovery target name must be shorter than 64 bytes')] : []),
    ...(hasControl ? [invalid(at, name, 'recovery target name must not contain ASCII control characters')] : []),
  ];
}

function checkBackupId({ text, isImmediate }: Target, hasSnapshots: boolean): readonly FieldError[] {
  const hasLabel = text('targetName') !== '' || text('targetXID') !== '' || isImmediate;
  return hasLabel && !hasSnapshots && text('backupID') === '' ? [required(path, 'BackupID is missing')] : [];
}

function checkTimeline({ text, shown }: Target): readonly FieldError[] {
  const timeline = text('targetTLI');
  if (timeline === '' || timeline === 'latest' || (goInteger(timeline) ?? 0n) >= 1n) return [];
  return [invalid([...path, 'targetTLI'], shown, timelineSentence)];
}

const xidSentence = 'recovery target xid must be a non-negative 32-bit integer';
const timelineSentence = "recovery target timeline can be set to 'latest' or a positive integer";
