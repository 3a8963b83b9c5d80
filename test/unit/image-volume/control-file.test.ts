import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseControlFile } from '../../../src/image-volume/control-file.ts';

const defaults = { relocatable: false, superuser: true, trusted: false, requires: [], noRelocate: [] };

function messageOf(text: string, role: 'primary' | 'auxiliary' = 'primary'): string | undefined {
  const parsed = parseControlFile(text, role);
  return parsed.kind === 'invalid' ? parsed.message : undefined;
}

describe('parseControlFile', () => {
  test('reads every parameter', () => {
    const text = `# geo
directory = 'extension/geo'
default_version = '1.2'
module_pathname = '$libdir/geo'
comment = 'it''s about distances'
encoding = 'UTF-8'
schema = geo
superuser = off
trusted = yes
requires = 'cube, "Uuid-OSSP"'
no_relocate = 'cube'
`;
    expect(parseControlFile(text)).toEqual({
      kind: 'valid',
      control: {
        directory: 'extension/geo',
        defaultVersion: '1.2',
        modulePathname: '$libdir/geo',
        comment: "it's about distances",
        encoding: 'UTF-8',
        schema: 'geo',
        relocatable: false,
        superuser: false,
        trusted: true,
        requires: ['cube', 'Uuid-OSSP'],
        noRelocate: ['cube'],
      },
    });
  });

  test('needs nothing at all, not even a version', () => {
    expect(parseControlFile('')).toEqual({ kind: 'valid', control: defaults });
  });

  test('lets the last mention of a parameter win', () => {
    expect(parseControlFile('relocatable = on\nrelocatable = off\nschema = x')).toMatchObject({ kind: 'valid' });
  });

  test.each([
    ['bogus = 1', 'unrecognized parameter "bogus"'],
    ["Comment = 'x'", 'unrecognized parameter "Comment"'],
    ['relocatable = maybe', 'parameter "relocatable" requires a Boolean value'],
    ['superuser = o', 'parameter "superuser" requires a Boolean value'],
    ["trusted = ''", 'parameter "trusted" requires a Boolean value'],
    ["requires = 'a,'", 'parameter "requires" must be a list of extension names'],
    ["no_relocate = '\"a'", 'parameter "no_relocate" must be a list of extension names'],
    ['encoding = sjis', '"sjis" is not a valid encoding name'],
    ['relocatable = on\nschema = x', 'parameter "schema" cannot be specified when "relocatable" is true'],
    ["comment = 'x", 'syntax error in line 1, near token "\'"'],
    ["\ninclude 'other'", '"include" of another file in line 2'],
    ['bogus = 1\nrelocatable = maybe', 'unrecognized parameter "bogus"'],
  ])('refuses %j', (text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  test.each(['directory', 'default_version'])('refuses %s in an auxiliary file only', (name) => {
    const message = `parameter "${name}" cannot be set in a secondary extension control file`;
    expect(messageOf(`${name} = 'x'`, 'auxiliary')).toBe(message);
    expect(messageOf(`${name} = 'x'`)).toBeUndefined();
  });

  test.each(['utf8', 'LATIN10', 'iso-8859-16', 'WIN1258', 'windows1250', 'SQL_ASCII', 'koi8u'])(
    'takes %s for an encoding of the server',
    (name) => expect(messageOf(`encoding = '${name}'`)).toBeUndefined(),
  );

  test.each(['', 'big5', 'gbk', 'latin11', `utf8${'.'.repeat(60)}`])('does not take "%s" for one', (name) => {
    expect(messageOf(`encoding = '${name}'`)).toContain('is not a valid encoding name');
  });

  test('never throws, and is valid or says why not', () => {
    const name = fc.constantFrom('comment', 'relocatable', 'requires', 'schema', 'encoding', 'bogus', 'include');
    const line = fc.tuple(name, fc.string()).map(([key, value]) => `${key} = '${value}'`);
    const text = fc.oneof(
      fc.array(line).map((lines) => lines.join('\n')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (any) => {
        const parsed = parseControlFile(any);
        if (parsed.kind === 'invalid') expect(parsed.message).not.toBe('');
      }),
    );
  });
});
