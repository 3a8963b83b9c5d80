import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderDemoConfiguration } from '../../../src/demo/demo-configuration.ts';
import { demoImages } from '../../../src/demo/demo-layout.ts';

it('is YAML that says what its comments say', () => {
  expect(parse(renderDemoConfiguration())).toEqual({
    extensions: [
      { name: 'uuid-ossp', ld_library_path: ['system'] },
      {
        name: 'geo',
        extension_control_path: ['cube/share', 'earthdistance/share'],
        dynamic_library_path: ['cube/lib', 'earthdistance/lib'],
      },
      { name: 'hstore' },
      { name: 'pg_stat_statements' },
    ],
    shared_preload_libraries: ['pg_stat_statements'],
    parameters: { work_mem: '8MB', log_min_duration_statement: '1s' },
    restart_policy: 'manual',
  });
});

it('names every image that the demo lays out', () => {
  const { extensions } = parse(renderDemoConfiguration());
  expect(extensions.map((extension: { name: string }) => extension.name)).toEqual(
    demoImages.map((image) => image.name),
  );
});
