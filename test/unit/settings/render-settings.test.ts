import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGucFile } from '../../../src/settings/guc-file.ts';
import { renderSettings, type SettingsInputs, sha256Parameter } from '../../../src/settings/render-settings.ts';

const golden: SettingsInputs = {
  defaults: { unix_socket_directories: '/run/postgresql' },
  userConfigFile: "/data/it's mine/postgresql.conf",
  parameters: {
    work_mem: '8MB',
    'pg_stat_statements.track': 'all',
    extension_control_path: '$system:/extensions/geo/share',
    archive_command: "cp '%p' C:\\wal\\%f\n",
    log_line_prefix: '',
  },
};

describe('renderSettings', () => {
  test('renders the defaults, the file of the user, the sorted parameters, and its own sha256 at the end', () => {
    expect(
      renderSettings(golden).text,
    ).toBe(`# Written by pg-instance-manager; a change made here is lost. PostgreSQL is started with this file as its config_file:
# the user's own file is included below, and what stands after it wins over it.
unix_socket_directories = '/run/postgresql'
include '/data/it''s mine/postgresql.conf'
archive_command = 'cp ''%p'' C:\\\\wal\\\\%f\\n'
extension_control_path = '$system:/extensions/geo/share'
log_line_prefix = ''
pg_stat_statements.track = 'all'
work_mem = '8MB'
pg_instance_manager.config_sha256 = '${renderSettings(golden).sha256}'
`);
  });

  test('has the sha256 of all that stands above it', () => {
    const { text, sha256 } = renderSettings(golden);
    const above = text.slice(0, text.lastIndexOf(sha256Parameter));
    expect(sha256).toBe(createHash('sha256').update(above).digest('hex'));
  });

  test('gives the same text whatever the order of the parameters', () => {
    const backwards = Object.fromEntries(Object.entries(golden.parameters).reverse());
    expect(renderSettings({ ...golden, parameters: backwards })).toEqual(renderSettings(golden));
  });

  test.each<[string, Partial<SettingsInputs>]>([
    ['a parameter', { parameters: { ...golden.parameters, work_mem: '9MB' } }],
    ['a parameter that is gone', { parameters: {} }],
    ['a default', { defaults: {} }],
    ['the file of the user', { userConfigFile: '/data/postgresql.conf' }],
  ])('has another sha256 when %s is another', (_, change) => {
    expect(renderSettings({ ...golden, ...change }).sha256).not.toBe(renderSettings(golden).sha256);
  });

  test('reads back as what was given, whatever the values are', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '_'), minLength: 1 });
    const value = fc.string({ unit: fc.constantFrom("'", '\\', '\n', '\r', '\t', '#', '=', 'é', ' ', 'x', '0') });
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.dictionary(name, value), value, (defaults, parameters, file) => {
        const { text, sha256 } = renderSettings({ defaults, userConfigFile: `/${file}`, parameters });
        const parsed = parseGucFile(text);
        const entries = parsed.kind === 'parsed' ? parsed.entries : [];
        expect(entries.map((entry) => (entry.kind === 'setting' ? [entry.name, entry.value] : [entry.path]))).toEqual([
          ...sorted(defaults),
          [`/${file}`],
          ...sorted(parameters),
          [sha256Parameter, sha256],
        ]);
      }),
    );
  });
});

function sorted(settings: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  return Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
}
