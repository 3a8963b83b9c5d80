/**
 * The libraries that a script of an extension gives to C functions, as PostgreSQL will look for them: MODULE_PATHNAME is what
 * the control file says, `AS '$libdir/name'` and `AS 'name', 'function'` are taken as they are. Comments count too.
 * https://www.postgresql.org/docs/18/sql-createfunction.html
 */
export function namedLibraries(script: Buffer, modulePathname: string | undefined): ReadonlySet<string> {
  const named = new Set<string>();
  if (modulePathname !== undefined && script.includes('MODULE_PATHNAME')) named.add(modulePathname);
  const text = script.toString('latin1');
  for (const [, library = ''] of text.matchAll(/\bAS\s{1,20}'(\$libdir\/[^'\s]{1,200})'/gi)) named.add(library);
  for (const [, library = ''] of text.matchAll(/\bAS\s{1,20}'([\w.+-]{1,200})'\s{0,20},\s{0,20}'\w{1,200}'/gi))
    named.add(library);
  named.delete('MODULE_PATHNAME');
  return named;
}
