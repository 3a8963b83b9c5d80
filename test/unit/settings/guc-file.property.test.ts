import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseGucFile, quoteGucValue } from '../../../src/settings/guc-file.ts';
import { anyText, often } from '../../support/any-text.ts';

const valid = [
  "# a comment\nshared_buffers = 128MB\nlog_line_prefix = '%m [%p] ''x'' \\n' # more\ninclude_dir 'conf.d'\nport=5432\n",
  "pgaudit.log = 'ddl, write'\nsearch_path = '\"$user\", public'\nwork_mem 4MB\na.b -1.5e3\nx 0x1F\ninclude_if_exists 'a'\n",
];
const words = ["''", "\\'", '\\n', '\\101', '\\377\\200', ' = ', 'include ', 'a.b', '1e5', '0x', '.5'];

test('a settings file of any text has entries, or a line that is wrong', () => {
  fc.assert(
    fc.property(anyText(valid, words), (text) => {
      const parsed = parseGucFile(text);
      const lines = text.split('\n').length;
      if (parsed.kind === 'parsed') expect(parsed.entries.length).toBeLessThanOrEqual(lines);
      else expect(parsed.line > 0 && parsed.line <= lines).toBe(true);
    }),
    often,
  );
});

test('whatever values are quoted, exactly they are read, and nothing else', () => {
  const value = anyText(["it's", 'a\\b', '%m [%p] ', "x' # y\nport = 1"]).map((text) => text.replaceAll('\0', ''));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), (values) => {
      const text = values.map((one, index) => `a.x${index} = ${quoteGucValue(one)}\n`).join('');
      const entries = values.map((one, i) => ({ kind: 'setting', name: `a.x${i}`, value: one, line: i + 1 }));
      expect(parseGucFile(text)).toEqual({ kind: 'parsed', entries });
    }),
    often,
  );
});
