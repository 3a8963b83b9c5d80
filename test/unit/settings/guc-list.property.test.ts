import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  renderLibraryList,
  splitIdentifierList,
  splitLibraryList,
  splitPathList,
} from '../../../src/settings/guc-list.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = ['pg_stat_statements, "a b", $libdir/c', 'Cube,"Earth ""x"" " ', '$system:/a/share::/b', '"a'];

test('any text is a list or malformed', () => {
  fc.assert(
    fc.property(anyText(valid, ['""', '",', ' ,']), (text) => {
      for (const split of [splitLibraryList(text), splitIdentifierList(text)])
        expect(['list', 'malformed']).toContain(split.kind);
      expect(splitPathList(text)).not.toContain('');
    }),
    often,
  );
});

test('whatever libraries are listed, exactly they are read', () => {
  const name = anyText(['pg_stat_statements', '$libdir/a', 'a"b', 'a, b']);
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
      expect(splitLibraryList(renderLibraryList(names))).toEqual({ kind: 'list', names });
    }),
    often,
  );
});
