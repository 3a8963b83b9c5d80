/**
 * Why an extension may not set an environment variable of this name, or nothing if it may. Compared in upper case: a
 * name that differs in case only is a mistake, and to the reader of a configuration a trap.
 */
export function whyReserved(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (upper === 'PATH') return 'PATH must be configured via bin_path';
  if (upper === 'LD_LIBRARY_PATH') return 'LD_LIBRARY_PATH must be configured via ld_library_path';
  if (loaderNames.has(upper) || upper.startsWith('LD_')) {
    return 'the usage of this environment variable is reserved, it changes which code and data the C library loads into PostgreSQL';
  }
  if (upper.startsWith('NODE_')) {
    return 'the usage of this environment variable is reserved for Node.js, which runs the instance manager';
  }
  if (managerNames.has(upper) || managerPrefixes.some((prefix) => upper.startsWith(prefix))) {
    return 'the usage of this environment variable is reserved for the operator';
  }
  return undefined;
}

// PG covers all of libpq's (PGDATA, PGHOST, PGOPTIONS) and the postmaster's PG_OOM_ADJUST_*:
// https://www.postgresql.org/docs/18/libpq-envars.html
const managerPrefixes: readonly string[] = ['CNPG_', 'PGIM_', 'PG'];
const managerNames: ReadonlySet<string> = new Set(['POD_NAME', 'NAMESPACE', 'CLUSTER_NAME']);

// Of the variables that ld.so(8) and the C library distrust in secure-execution mode, those that decide what gets
// loaded: every LD_*, the loader's tunables, character set converters (shared objects), and locale data, on which the
// order of every text index depends. TMPDIR because files would be placed where an image says. The rest of that list
// (RES_OPTIONS, TZDIR, NLSPATH, …) tunes lookups of a process and loads no code. https://man7.org/linux/man-pages/man8/ld.so.8.html
const loaderNames: ReadonlySet<string> = new Set(['GLIBC_TUNABLES', 'GCONV_PATH', 'LOCPATH', 'TMPDIR']);
