import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRememberedFiles, renderRememberedFiles } from '../../../src/configuration/remembered-files.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [renderRememberedFiles({ sha256: 'abc', files: [{ path: 'a.yaml', text: 'parameters: {}\n' }] })];

test('remembered files of any text are files or nothing', () => {
  fc.assert(
    fc.property(anyText(valid, ['null', '"files"', '{}', '[]']), (text) => {
      const parsed = parseRememberedFiles(text);
      if (parsed !== undefined) expect(parseRememberedFiles(renderRememberedFiles(parsed))).toEqual(parsed);
    }),
    often,
  );
});

test('whatever files are remembered, exactly they are read', () => {
  const file = fc.record({ path: anyText(['/etc/a.yaml']), text: anyText(['a: b\n']) }, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(file, { maxLength: 3 }), (files) => {
      expect(parseRememberedFiles(renderRememberedFiles({ sha256: 'a', files }))).toEqual({ sha256: 'a', files });
    }),
    often,
  );
});
