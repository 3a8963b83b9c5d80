import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseControlFile } from '../../../src/image-volume/control-file.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [
  "# vector\ncomment = 'vector data type'\ndefault_version = '0.8.1'\nmodule_pathname = '$libdir/vector'\nrelocatable = true\ntrusted = true\n",
  "comment='it''s'\nrequires = 'plpgsql, \"Cube\"'\nschema pg_catalog\nsuperuser = off\nencoding = 'UTF8'\ndirectory = 'a'\nno_relocate = 'cube'\n",
];
const words = ['requires', 'relocatable', 'true', "''", "\\'", '\\377', '\\0', 'include ', 'encoding', 'UTF8'];

test('a control file of any text is valid or is refused in a sentence', () => {
  fc.assert(
    fc.property(anyText(valid, words), fc.constantFrom('primary', 'auxiliary'), (text, role) => {
      const parsed = parseControlFile(text, role);
      if (parsed.kind === 'invalid') expect(parsed.message).not.toBe('');
      else expect(Object.values(parsed.control).flat().join('')).not.toContain('\0');
    }),
    often,
  );
});
