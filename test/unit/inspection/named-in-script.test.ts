import { expect, test } from 'vitest';
import { namedFunctions } from '../../../src/inspection/named-in-script.ts';

function named(script: string, modulePathname?: string): readonly string[] {
  return namedFunctions(script, modulePathname).map(({ library, symbol }) => `${library} ${symbol}`);
}

test.each([
  ["CREATE FUNCTION f(int) RETURNS int AS 'MODULE_PATHNAME' LANGUAGE C;", ['$libdir/x f']],
  ["CREATE FUNCTION f(int) RETURNS int AS 'MODULE_PATHNAME', 'g' LANGUAGE C;", ['$libdir/x g']],
  ["create or replace function @extschema@.F(int)\nreturns int\nas '$libdir/y'\nlanguage c;", ['$libdir/y f']],
  ['CREATE FUNCTION "My"() RETURNS int LANGUAGE c AS \'$libdir/y\';', ['$libdir/y My']],
  ["CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'hstore',\n 'g';", ['hstore g']],
  ['CREATE FUNCTION "odd name"() RETURNS int LANGUAGE c AS \'$libdir/y\';', ['$libdir/y undefined']],
  ["CREATE FUNCTION f() RETURNS int AS 'MODULE_PATHNAME', $$cron_f$$ LANGUAGE C;", ['$libdir/x cron_f']],
  ["CREATE FUNCTION f() RETURNS int AS 'MODULE_PATHNAME', $a$g$a$ LANGUAGE C;", ['$libdir/x g']],
  ["CREATE FUNCTION f() RETURNS int AS '$libdir/x', E'g' LANGUAGE C;", ['$libdir/x undefined']],
])('a script with %j names %j', (script, expected) => {
  expect(named(script, '$libdir/x')).toEqual(expected);
});

test('a function in SQL, an alias and a domain are no functions in C', () => {
  const script = `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
    SELECT 1 AS one, 'x'; CREATE FUNCTION g() RETURNS text AS $$ SELECT 'a' $$ LANGUAGE sql;
    SELECT x AS 'hello';`;
  expect(named(script)).toEqual([]);
});

test('each function is named once, and the name of one is not that of the next', () => {
  const one = "CREATE FUNCTION f() RETURNS int AS '$libdir/y' LANGUAGE C;\n";
  expect(named(`${one}${one}CREATE CAST (a AS b) WITH FUNCTION f(a); SELECT x AS '$libdir/z';`)).toEqual([
    '$libdir/y f',
    '$libdir/z f',
  ]);
});

test('what is in a comment of whole lines is not named', () => {
  const old = "CREATE FUNCTION old() RETURNS int AS 'MODULE_PATHNAME' LANGUAGE C;";
  expect(named(`-- ${old}\n  -- ${old}\n/* gone:\n${old}\n*/\n`, 'x')).toEqual([]);
  expect(named(`/* kept */ ${old}`, 'x')).toEqual(['x old']);
});

test('MODULE_PATHNAME stays what it is where the control file has nothing for it', () => {
  expect(named("CREATE FUNCTION f() RETURNS int AS 'MODULE_PATHNAME' LANGUAGE C;")).toEqual(['MODULE_PATHNAME f']);
});
