import { expect, test } from 'vitest';
import { parseGucFile } from '../../../src/settings/guc-file.ts';
import { type PrivateSettings, renderPrivateSettings } from '../../../src/verification/private-settings.ts';

const plain: PrivateSettings = {
  socketFolder: "/tmp/it's here",
  paths: { extensionControlPath: '$system:/x/share', dynamicLibraryPath: '$libdir:/x/lib' },
  configured: {},
  given: new Map(),
};

function settings(more: Partial<PrivateSettings>, preload: readonly string[] = []): Readonly<Record<string, string>> {
  const parsed = parseGucFile(renderPrivateSettings({ ...plain, ...more }, preload));
  if (parsed.kind !== 'parsed') throw new Error(parsed.near);
  return Object.fromEntries(
    parsed.entries.flatMap((entry) => (entry.kind === 'setting' ? [[entry.name, entry.value]] : [])),
  );
}

test('the server is found by nobody else, and finds the images', () => {
  expect(settings({}, ['a b', 'pgaudit'])).toMatchObject({
    listen_addresses: '',
    unix_socket_directories: "/tmp/it's here",
    unix_socket_permissions: '0700',
    extension_control_path: '$system:/x/share',
    dynamic_library_path: '$libdir:/x/lib',
    shared_preload_libraries: '"a b", pgaudit',
    restart_after_crash: 'off',
  });
});

test('of a configuration that is taken which does not ask for what is not here', () => {
  const configured = {
    work_mem: '9MB',
    shared_buffers: '64GB',
    ssl_cert_file: '/tls',
    Port: '1',
    wal_level: 'replica',
  };
  expect(settings({ configured })).toMatchObject({
    work_mem: '9MB',
    shared_buffers: '32MB',
    port: '5432',
    wal_level: 'replica',
  });
  expect(settings({ configured })['ssl_cert_file']).toBeUndefined();
});

test('what was given for this very run wins, but not over the private place of the server', () => {
  const given = new Map([
    ['shared_buffers', '1GB'],
    ['listen_addresses', '*'],
  ]);
  expect(settings({ given, configured: { shared_buffers: '64GB' } })).toMatchObject({
    shared_buffers: '1GB',
    listen_addresses: '',
  });
});
