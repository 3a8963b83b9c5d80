import fc from 'fast-check';
import { expect, test } from 'vitest';
import { whyReserved } from '../../../src/configuration/environment-names.ts';
import { refuseImagePath } from '../../../src/configuration/image-path.ts';
import { renderAppliedImages } from '../../../src/removal/applied-images-text.ts';
import { appliedRecord } from '../../../src/removal/applied-record.ts';
import { anyText, often } from '../../support/any-text.ts';

const configuration = {
  name: 'postgis',
  image: { reference: 'registry/postgis:3', pullPolicy: 'Always' },
  extensionControlPath: ['share'],
  dynamicLibraryPath: ['lib'],
  ldLibraryPath: ['system'],
  binPath: ['bin'],
  env: [{ name: 'PROJ_DATA', value: 'share/proj' }],
  declared: { extensionControlPath: false, dynamicLibraryPath: true },
} as const;
const images = [{ configuration, provides: ['postgis'], libraries: ['postgis-3'] }];
const valid = [renderAppliedImages({ images, preload: ['pg_stat_statements'] })];
const words = ['"../../etc"', '"LD_PRELOAD"', 'LD_PRELOAD', '../..', '"/tmp/evil"', 'null', '{}', '[]', '"version":2'];

test('what a data folder says was applied goes nowhere unless a configuration could say it', () => {
  fc.assert(
    fc.property(anyText(valid, words), (text) => {
      const { applied, findings } = appliedRecord('/data/applied.json', { kind: 'read', text });
      if (findings.length > 0) expect(findings.map(({ reason }) => reason)).toEqual(['AppliedImagesUnreadable']);
      for (const image of applied.images) {
        const { extensionControlPath, dynamicLibraryPath, ldLibraryPath, binPath, env } = image.configuration;
        for (const path of [extensionControlPath, dynamicLibraryPath, ldLibraryPath, binPath].flat())
          expect(refuseImagePath(path)).toBeUndefined();
        for (const { name } of env) expect(whyReserved(name)).toBeUndefined();
      }
    }),
    often,
  );
});
