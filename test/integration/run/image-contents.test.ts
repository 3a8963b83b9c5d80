import { copyFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Reason } from '../../../src/lib/finding.ts';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { instanceFolder } from './instance-folder.ts';

function having(reason: Reason): (status: InstanceStatus) => boolean {
  return ({ findings }) => findings.some((finding) => finding.reason === reason);
}

function notHaving(reason: Reason): (status: InstanceStatus) => boolean {
  return (status) => !having(reason)(status);
}

test('a library that is missed is named with the place where it is, and what to write, as the extension fails with it', async () => {
  await using place = await instanceFolder({
    configuration: 'extensions: [{ name: uuid-ossp }]\n',
    images: ['uuid-ossp'],
  });
  const manager = await place.startReady();
  const { findings, extensions } = await manager.waitFor(having('SystemLibraryMissing'));
  const image = join(place.extensionsDirectory, 'uuid-ossp');
  expect(findings).toEqual([
    {
      severity: 'error',
      reason: 'SystemLibraryMissing',
      subject: 'extension/uuid-ossp',
      message: `uuid-ossp.so needs libossp-uuid.so.16: it is in ${image}/system, which ld_library_path does not list. Add ld_library_path: [system].`,
    },
  ]);
  expect(extensions[0]?.findings).toEqual(findings);
  await expect(manager.sql('CREATE EXTENSION "uuid-ossp"')).rejects.toThrow('libossp-uuid.so.16');
});

test('a library that is cut off is told once while it is so, and no longer when it is whole again', async () => {
  await using place = await instanceFolder({ configuration: 'extensions: [{ name: hstore }]\n', images: ['hstore'] });
  const library = join(place.extensionsDirectory, 'hstore/lib/hstore.so');
  copyFileSync(library, join(place.folder, 'whole.so'));
  const manager = await place.startReady();
  expect((await manager.status()).findings).toEqual([]);

  truncateSync(library, 20_000);
  await place.command('reload');
  const { findings } = await manager.waitFor(having('LibraryDamaged'));
  expect(findings).toMatchObject([{ severity: 'error', subject: 'extension/hstore' }]);
  expect(findings[0]?.message).toContain(`${library} is cut off: it ends after 20000 bytes`);
  await place.command('reload');

  copyFileSync(join(place.folder, 'whole.so'), library);
  await place.command('reload');
  await manager.waitFor(notHaving('LibraryDamaged'));
  const told = manager.log().filter((line) => line['reason'] === 'LibraryDamaged');
  expect(told.map(({ level }) => level)).toEqual(['error', 'info']);
  await manager.sql('CREATE EXTENSION hstore');
});
