import { describe, expect, test } from 'vitest';
import { archiveMode } from '../../../src/manifests/archive-mode.ts';
import { judgeParameter } from '../../../src/manifests/fixed-parameters.ts';
import { officialExtension } from '../../../src/manifests/official-extensions.ts';

describe('a parameter', () => {
  test.each([
    ['work_mem', '1MB', 'free'],
    ['extension_control_path', '/x', 'free'],
    ['port', '5432', 'fixed'],
    ['logging_collector', 'on', 'written by the webhook'],
    ['logging_collector', 'off', 'fixed'],
    ['shared_preload_libraries', '', 'written by the webhook'],
    ['shared_preload_libraries', 'pgaudit', 'fixed'],
    ['archive_mode', 'on', 'written by the webhook'],
    ['archive_mode', 'off', 'fixed'],
    ['Port', '5432', 'free'],
  ])('%s = %s is %s', (name, value, expected) => {
    expect(judgeParameter(name, value, 'on')).toBe(expected);
  });
});

test.each([
  [{}, 'on'],
  [{ metadata: { annotations: { 'cnpg.io/skipWalArchiving': 'enabled' } } }, 'off'],
  [{ metadata: { annotations: { 'cnpg.io/skipWalArchiving': 'disabled' } } }, 'on'],
  [{ spec: { replica: { enabled: true } } }, 'always'],
  [{ spec: { replica: { enabled: false, primary: 'b' } } }, 'on'],
  [{ metadata: { name: 'a' }, spec: { replica: { primary: 'b' } } }, 'always'],
  [{ metadata: { name: 'a' }, spec: { replica: { primary: 'a' } } }, 'on'],
  [{ metadata: { name: 'a' }, spec: { replica: { primary: 'a', self: 'b' } } }, 'always'],
])('the archive_mode of %j is %s', (cluster, mode) => {
  expect(archiveMode(cluster)).toBe(mode);
});

test.each([
  ['x', 'ghcr.io/cloudnative-pg/postgis-extension:3.6.4-18-trixie@sha256:00', 'postgis'],
  ['postgis', '', 'postgis'],
  ['postgis', 'own/postgis:1', undefined],
  ['x', 'localhost:5000/pgvector', 'pgvector'],
  ['x', '', undefined],
])('the entry %s with the image %s is the official %s', (name, reference, expected) => {
  expect(officialExtension(name, reference)?.name).toBe(expected);
});
