import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addImage } from './images.ts';
import { imagesIn, lookOften, onlyHstore, onlyUuidOssp, remembered, withBoth } from './leaving.ts';

describe('an image that leaves the configuration while a database uses it', () => {
  test('goes at once with removal: force', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    place.writeConfiguration(`${onlyHstore}removal: force\n`);
    await manager.waitFor((status) => imagesIn(status).length === 1);
    expect(remembered(place).images).toEqual(['hstore']);
    expect(await manager.sql('SHOW extension_control_path')).toEqual([
      { extension_control_path: `$system:${place.extensionsDirectory}/hstore/share` },
    ]);
  });
});

describe('an image that left and whose folder is gone', () => {
  test('is LibraryMissing, with the list of what needs it, until it is mounted again', async () => {
    await using place = await withBoth();
    const first = await place.startReady();
    await first.sql('CREATE EXTENSION hstore');
    await first.stop();
    rmSync(join(place.extensionsDirectory, 'hstore'), { recursive: true });
    place.writeConfiguration(onlyUuidOssp);
    const second = await place.startReady(lookOften);
    const { findings } = await second.waitFor((status) =>
      status.findings.some(({ reason, subject }) => reason === 'LibraryMissing' && subject === 'extension/hstore'),
    );
    expect(findings.find(({ subject }) => subject === 'extension/hstore')).toMatchObject({
      severity: 'error',
      message: expect.stringContaining(
        'its folder is gone, but it is still needed: database postgres: DROP EXTENSION hstore (1.8)',
      ),
    });
    await addImage('hstore', place.extensionsDirectory);
    await second.waitFor((status) => imagesIn(status).includes('hstore') && status.configuration.state === 'applied');
    expect(await second.sql(`SELECT ('a=>1'::hstore)->'a' AS a`)).toEqual([{ a: '1' }]);
  });
});
