import { expect, it } from 'vitest';
import { planDemoFiles } from '../../../src/demo/demo-layout.ts';

function demoPathOf(nativePath: string): string | undefined {
  return planDemoFiles([nativePath], [])[0]?.to;
}

it('leaves what belongs to no image in the server', () => {
  expect(demoPathOf('bin/postgres')).toBe('server/bin/postgres');
  expect(demoPathOf('lib/libpq.so.5.18')).toBe('server/lib/libpq.so.5.18');
  expect(demoPathOf('share/postgresql/extension/pgcrypto.control')).toBe(
    'server/share/postgresql/extension/pgcrypto.control',
  );
});

it('carves an extension into share/extension and lib of its image', () => {
  expect(demoPathOf('lib/postgresql/hstore.so')).toBe('extensions/hstore/lib/hstore.so');
  expect(demoPathOf('share/postgresql/extension/hstore.control')).toBe(
    'extensions/hstore/share/extension/hstore.control',
  );
  expect(demoPathOf('share/postgresql/extension/hstore--1.7--1.8.sql')).toBe(
    'extensions/hstore/share/extension/hstore--1.7--1.8.sql',
  );
});

it('does not take the files of an extension whose name only begins alike', () => {
  expect(demoPathOf('lib/postgresql/hstore_plperl.so')).toBe('server/lib/postgresql/hstore_plperl.so');
  expect(demoPathOf('share/postgresql/extension/hstore_plperl--1.0.sql')).toBe(
    'server/share/postgresql/extension/hstore_plperl--1.0.sql',
  );
});

it('puts the library that uuid-ossp is linked to into system/ of its image', () => {
  expect(demoPathOf('lib/libossp-uuid.so.16')).toBe('extensions/uuid-ossp/system/libossp-uuid.so.16');
  expect(demoPathOf('lib/postgresql/uuid-ossp.so')).toBe('extensions/uuid-ossp/lib/uuid-ossp.so');
});

it('gives cube and earthdistance a folder each in one image', () => {
  expect(demoPathOf('lib/postgresql/cube.so')).toBe('extensions/geo/cube/lib/cube.so');
  expect(demoPathOf('share/postgresql/extension/earthdistance--1.1.sql')).toBe(
    'extensions/geo/earthdistance/share/extension/earthdistance--1.1.sql',
  );
});

it('makes programs executable and everything readable for every user', () => {
  expect(planDemoFiles(['bin/initdb', 'lib/postgresql/cube.so'], [])).toMatchObject([{ mode: 0o755 }, { mode: 0o644 }]);
});

it('makes links that stay right when the folder moves', () => {
  const links = [
    { path: 'lib/libpq.so.5', pointsTo: 'lib/libpq.so.5.18' },
    { path: 'lib/a/libpq.so', pointsTo: 'lib/libpq.so.5.18' },
  ];
  expect(planDemoFiles([], links)).toEqual([
    { kind: 'link', to: 'server/lib/libpq.so.5', pointsTo: 'libpq.so.5.18' },
    { kind: 'link', to: 'server/lib/a/libpq.so', pointsTo: '../../lib/libpq.so.5.18' },
  ]);
});
