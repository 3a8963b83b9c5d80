import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeProblem, parseConfiguration } from '../../../src/configuration/parse-configuration.ts';
import { anyText, often } from '../../support/any-text.ts';

const yaml = `extensions: &all
  - name: postgis
    image: { reference: "registry/postgis:3.6", pullPolicy: IfNotPresent }
    extension_control_path: [share]
    ld_library_path: [system]
    env: [{ name: PROJ_DATA, value: "\${image_root}/share/proj" }]
shared_preload_libraries: [pg_stat_statements]
parameters: { work_mem: 8MB, pgaudit.log: "ddl", log_file_mode: 0640 }
restart_policy: manual
removal: hold
databases:
  - name: app
    owner: app
    create_owner: true
    extensions: [{ name: vector, version: "0.8.7" }, { name: hstore, ensure: absent }]
    schemas: [{ name: a, owner: b }]
    servers: [{ name: s, fdw: postgres_fdw, options: [{ name: host, value: a }], usage: [{ name: app }] }]
`;
const json = JSON.stringify({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Database',
  metadata: { name: 'a' },
  spec: { name: 'app', owner: 'app', cluster: { name: 'c' }, extensions: [{ name: 'vector' }], connectionLimit: 10 },
});
const words = [
  ...['extensions:\n', '- name: a\n', '&a ', '*a', '*all', '!!str ', '---\n', '? ', '| \n', '> ', '\\z', '%YAML 1.1\n'],
  ...[
    '<<: *all\n',
    'kind: Database\n',
    'spec:\n',
    'databases:\n',
    'parameters:\n',
    '.nan',
    '0o640',
    'null',
    '~',
    'true',
  ],
];

test.each(['yaml', 'json'])(
  'a configuration as %s that was valid before has an answer after any harm',
  (suffix) => {
    fc.assert(
      fc.property(anyText([yaml, json], words), (text) => {
        const parsed = parseConfiguration([{ path: `a.${suffix}`, text }]);
        if (parsed.kind === 'valid') {
          for (const name of Object.keys(parsed.configuration.parameters)) expect(name).toMatch(/^[a-z0-9_$.]+$/);
          return;
        }
        for (const problem of parsed.problems)
          expect(describeProblem(problem)).toMatch(/^a\.(yaml|json):[1-9]\d*:[1-9]\d*: .*found .+, expected .+; .+$/);
      }),
      often,
    );
  },
  60_000,
);
