import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findMount, mountOf, parseMountInfo } from '../../../src/image-volume/mountinfo.ts';

const text = `22 1 0:21 / / rw,relatime shared:1 - overlay overlay rw,lowerdir=/a:/b
36 22 98:0 /img /extensions/postgis ro,nosuid,noexec - overlay overlay ro,lowerdir=/c
37 22 98:1 / /extensions/with\\040blank\\134 rw,relatime master:1 propagate_from:2 - ext4 /dev/sda1 rw
38 22 98:2 / /extensions/super rw,relatime - squashfs /dev/loop0 ro
`;

test('reads mount point, options and file system, however many optional fields there are', () => {
  expect(parseMountInfo(text)).toEqual([
    { mountPoint: '/', readOnly: false, noexec: false, fileSystem: 'overlay' },
    { mountPoint: '/extensions/postgis', readOnly: true, noexec: true, fileSystem: 'overlay' },
    { mountPoint: '/extensions/with blank\\', readOnly: false, noexec: false, fileSystem: 'ext4' },
    { mountPoint: '/extensions/super', readOnly: true, noexec: false, fileSystem: 'squashfs' },
  ]);
});

test('passes over lines that are not mounts', () => {
  expect(parseMountInfo('\nnonsense\n1 2 3 4 5 6 7\n')).toEqual([]);
});

test('finds the mount on top when several are on one path', () => {
  const below = { mountPoint: '/e', readOnly: false, noexec: false, fileSystem: 'ext4' };
  const top = { ...below, fileSystem: 'tmpfs' };
  expect(findMount([below, top], '/e')).toBe(top);
  expect(findMount([below, top], '/e/inner')).toBeUndefined();
});

test('never throws', () => {
  const unit = fc.constantFrom(...'ab -,/\\0147\n');
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit }), fc.string({ unit: 'binary' })), (any) => void parseMountInfo(any)),
  );
});

test('reads any mount point back from the way the kernel writes it', () => {
  const unit = fc.constantFrom(...' \t\n\\#ab/é0123');
  fc.assert(
    fc.property(fc.string({ unit }), (name) => {
      const escaped = name.replace(/[ \t\n\\#]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
      const mounts = parseMountInfo(`1 2 0:1 / /${escaped} rw - tmpfs tmpfs rw`);
      expect(mounts.map(({ mountPoint }) => mountPoint)).toEqual([`/${name}`]);
    }),
  );
});

test('knows that a disk with an error takes no more writes, although it is mounted read-write', () => {
  const [mount] = parseMountInfo('40 22 7:0 / /data rw,relatime - ext4 /dev/loop0 rw,errors=remount-ro,emergency_ro\n');
  expect(mount?.readOnly).toBe(true);
});

test('finds the mount that a folder is on', () => {
  const at = (mountPoint: string) => ({ mountPoint, readOnly: false, noexec: false, fileSystem: 'ext4' });
  const mounts = [at('/'), at('/data'), at('/data/pg_wal'), at('/database')];
  expect(mountOf(mounts, '/data/pg_wal')?.mountPoint).toBe('/data/pg_wal');
  expect(mountOf(mounts, '/data/base')?.mountPoint).toBe('/data');
  expect(mountOf(mounts, '/datum')?.mountPoint).toBe('/');
  expect(mountOf([], '/datum')).toBeUndefined();
});
