import { describe, expect, test } from 'vitest';
import { nothingApplied } from '../../../src/removal/applied-images.ts';
import { renderAppliedImages } from '../../../src/removal/applied-images-text.ts';
import { appliedRecord, recordText } from '../../../src/removal/applied-record.ts';
import { anAppliedImage } from '../../support/a-leaving-image.ts';

const path = '/data/pg-instance-manager.applied.json';
const absent = { kind: 'unreadable', cause: 'no such file or directory (ENOENT)', code: 'ENOENT' } as const;
const applied = { images: [anAppliedImage('geo')], preload: ['geo'] };

function read(text: string) {
  return appliedRecord(path, { kind: 'read', text });
}

describe('the record', () => {
  test('has what it says', () => {
    expect(read(renderAppliedImages(applied))).toEqual({ applied, findings: [] });
  });

  test('that is not there says that nothing was applied', () => {
    expect(appliedRecord(path, absent)).toEqual({ applied: nothingApplied, findings: [] });
    expect(recordText(absent)).toBe(renderAppliedImages(nothingApplied));
  });

  test.each([
    ['is garbage', { kind: 'read', text: '{' }, 'it is not JSON'],
    ['is a folder', { kind: 'unreadable', cause: 'it is a folder', code: 'EISDIR' }, 'it is a folder'],
    [
      'may not be read',
      { kind: 'unreadable', cause: 'permission denied (EACCES)', code: 'EACCES' },
      'permission denied',
    ],
  ] as const)('that %s says nothing, and a warning what follows from that', (_, file, cause) => {
    const { applied: known, findings } = appliedRecord(path, file);
    expect(known).toEqual(nothingApplied);
    expect(findings).toMatchObject([{ severity: 'warning', reason: 'AppliedImagesUnreadable' }]);
    expect(findings[0]?.message).toContain(path);
    expect(findings[0]?.message).toContain(cause);
    expect(recordText(file)).not.toBe(renderAppliedImages(nothingApplied));
  });

  test('with an entry that no configuration could have goes on without it, and says so', () => {
    const bad = anAppliedImage('geo', {}, { name: '../geo' });
    const { applied: known, findings } = read(renderAppliedImages({ ...applied, images: [bad] }));
    expect(known).toEqual({ images: [], preload: ['geo'] });
    expect(findings).toMatchObject([
      { reason: 'AppliedImagesUnreadable', message: expect.stringContaining('"../geo"') },
    ]);
  });
});
