import { expect, test } from 'vitest';
import { checkDisks, type ObservedDisk } from '../../../src/reconcile/check-disks.ts';

const mebibyte = 1024 * 1024;
const disk: ObservedDisk = { path: '/data', use: 'data', freeBytes: 100 * mebibyte, isReadOnly: false };

test('a disk with room to write to is no finding', () => {
  expect(checkDisks([disk, { ...disk, path: '/run', use: 'run', freeBytes: mebibyte }])).toEqual([]);
});

test('a disk without room for one more WAL segment is full, and what is left is said', () => {
  const findings = checkDisks([{ ...disk, freeBytes: 15.5 * mebibyte }]);
  expect(findings).toMatchObject([{ severity: 'error', reason: 'DiskFull', subject: 'postgres' }]);
  expect(findings[0]?.message).toContain(
    'The disk of /data is full: 15 MiB are free, less than the 16 MiB of the next',
  );
});

test('a run folder needs little', () => {
  const [finding] = checkDisks([{ ...disk, path: '/run', use: 'run', freeBytes: 5_000 }]);
  expect(finding?.message).toContain('The disk of /run is full: 4 KiB are free, less than 64 KiB.');
});

test('a disk that nobody may write to is that, however much room it has', () => {
  expect(checkDisks([{ ...disk, isReadOnly: true, freeBytes: 0 }])).toMatchObject([{ reason: 'DiskReadOnly' }]);
});
