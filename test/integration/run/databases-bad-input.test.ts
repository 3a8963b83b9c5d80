import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base, chain, extensionImage, movable, needy, settled } from '../../support/extension-kit.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { applied, databaseIn, extensionIn, installedIn, reasoned } from './declared.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

const images = 'extensions: [{ name: kit }]\n';
const kept = '{ name: kept, extensions: [{ name: chain }] }';

describe('a declaration that cannot be', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ configuration: images });
    extensionImage(place.extensionsDirectory, 'kit', chain('1.2'), movable, settled);
    extensionImage(place.extensionsDirectory, 'orphan', needy);
    manager = await place.startReady();
  });
  afterAll(() => place?.remove());

  test.each([
    ['the same database twice', ['{ name: app }', '{ name: app }'], /app/],
    ['postgres that is to be dropped', ['{ name: postgres, ensure: absent }'], /postgres/],
    ['template0 that is to be dropped', ['{ name: template0, ensure: absent }'], /template0/],
    ['64 bytes of ASCII', [`{ name: ${'x'.repeat(64)} }`], /63 bytes/],
    ['an empty name', ['{ name: "" }'], /empty/],
    ['an extension of which the name has `--`', [`{ name: app, extensions: [{ name: '";--' }] }`], /--/],
    ['a version that is a number', ['{ name: app, extensions: [{ name: chain, version: 1.10 }] }'], /quotes/],
  ])('is refused with a sentence: %s; the databases in force stay', async (_, entries, sentence) => {
    place.writeConfiguration(`${images}databases: [${kept}]\n`);
    await manager.waitFor(
      (status) => status.configuration.state === 'applied' && databaseIn(status, 'kept')?.applied === true,
    );
    place.writeConfiguration(`${images}databases: [${['{ name: never }', ...entries].join(', ')}]\n`);
    const { findings, databases } = await manager.waitFor(({ configuration }) => configuration.state === 'invalid');
    expect(findings.find(({ reason }) => reason === 'ConfigurationInvalid')?.message).toMatch(sentence);
    expect(databases.find(({ name }) => name === 'kept')).toMatchObject({ ensure: 'present', applied: true });
    expect(await manager.sql(`SELECT 1 FROM pg_database WHERE datname = 'never'`)).toEqual([]);
  });

  test('fails alone: the other extensions of the same database are made', async () => {
    place.writeConfiguration(`${images}databases:
  - name: beside
    extensions:
      - { name: chain, version: "9.9" }
      - { name: 'a"b''c; DROP TABLE x' }
      - { name: settled, schema: nowhere }
      - { name: movable }
`);
    await reasoned(manager, 'beside', 'chain', 'VersionNotAvailable');
    await reasoned(manager, 'beside', 'a"b\'c; DROP TABLE x', 'ExtensionNotAvailable');
    await reasoned(manager, 'beside', 'settled', 'SchemaMissing');
    await manager.waitFor((status) => extensionIn(status, 'beside', 'movable')?.applied === true);
    expect(await installedIn(manager, 'beside')).toEqual(['movable 1.0 public']);
  });

  test('is not helped by cascade: true when no image provides what is required, which is said', async () => {
    const both = 'extensions: [{ name: kit }, { name: orphan }]\n';
    place.writeConfiguration(`${both}databases: [{ name: lonely, extensions: [{ name: needy, cascade: true }] }]\n`);
    const row = await reasoned(manager, 'lonely', 'needy', 'DependencyMissing');
    expect(row?.message).toMatch(/base/);
    extensionImage(place.extensionsDirectory, 'orphan', base);
    await manager.control('POST', '/reload');
    await applied(manager, 'lonely');
    expect(await installedIn(manager, 'lonely')).toEqual(['base 1.0 public', 'needy 1.0 public']);
  });
});
