import { describe, expect, test } from 'vitest';
import { whyReserved } from '../../../src/configuration/environment-names.ts';

describe('whyReserved', () => {
  test.each(['PROJ_DATA', 'GDAL_DATA', 'TZ', 'HOME', 'LANG', 'PYTHONPATH', 'LD', 'NODE', 'POD', '_PG', 'MY_PATH'])(
    'leaves %s to extensions',
    (name) => {
      expect(whyReserved(name)).toBeUndefined();
    },
  );

  test.each(['PGDATA', 'pghost', 'PG', 'PGROUTING_X', 'PG_OOM_ADJUST_FILE', 'CNPG_X', 'cnpg_x', 'PGIM_CONFIG'])(
    'keeps %s for the operator',
    (name) => {
      expect(whyReserved(name)).toBe('the usage of this environment variable is reserved for the operator');
    },
  );

  test.each(['POD_NAME', 'NAMESPACE', 'CLUSTER_NAME', 'namespace'])('keeps %s for the operator', (name) => {
    expect(whyReserved(name)).toContain('reserved for the operator');
  });

  test.each(['PATH', 'Path', 'path'])('sends %s to bin_path', (name) => {
    expect(whyReserved(name)).toBe('PATH must be configured via bin_path');
  });

  test.each(['LD_LIBRARY_PATH', 'ld_library_path', 'Ld_Library_Path'])('sends %s to ld_library_path', (name) => {
    expect(whyReserved(name)).toBe('LD_LIBRARY_PATH must be configured via ld_library_path');
  });

  test.each(['LD_PRELOAD', 'ld_preload', 'LD_AUDIT', 'LD_DEBUG', 'GLIBC_TUNABLES', 'GCONV_PATH', 'LOCPATH', 'TMPDIR'])(
    'keeps %s from extensions, as it decides what is loaded',
    (name) => {
      expect(whyReserved(name)).toContain('loads into PostgreSQL');
    },
  );

  test.each(['NODE_OPTIONS', 'node_extra_ca_certs'])('keeps %s for Node.js', (name) => {
    expect(whyReserved(name)).toContain('Node.js');
  });
});
