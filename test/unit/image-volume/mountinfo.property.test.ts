import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMountInfo } from '../../../src/image-volume/mountinfo.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [
  '36 35 98:0 /mnt1 /extensions/a\\040b rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n',
  '25 0 0:22 / / ro - overlay overlay ro\n26 25 0:5 / /extensions/vector ro,noexec shared:2 - tmpfs none rw\n',
];

test('mountinfo of any text gives no more mounts than it has lines, each with a place and a type', () => {
  fc.assert(
    fc.property(anyText(valid, [' - ', ',', 'ro', '\\011', '\\777']), (text) => {
      const mounts = parseMountInfo(text);
      expect(mounts.length).toBeLessThanOrEqual(text.split('\n').length);
      for (const { mountPoint, fileSystem } of mounts)
        expect([typeof mountPoint, typeof fileSystem]).toEqual(['string', 'string']);
    }),
    often,
  );
});
