import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addImage } from './images.ts';
import { instanceFolder } from './instance-folder.ts';
import {
  afterLooks,
  blocked,
  imagesIn,
  lookOften,
  onlyHstore,
  onlyImages,
  onlyUuidOssp,
  reasonsIn,
  remembered,
  withBoth,
} from './leaving.ts';

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

  test('goes with removal: force although it was held, and what breaks by that is told at once', async () => {
    await using place = await withBoth();
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION "uuid-ossp"');
    place.writeConfiguration(onlyHstore);
    await blocked(manager, /uuid-ossp/);
    place.writeConfiguration(`${onlyHstore}removal: force\n`);
    const { findings } = await manager.waitFor(
      (status) => imagesIn(status).join() === 'hstore' && reasonsIn(status).includes('LibraryMissing'),
    );
    expect(findings.find(({ reason }) => reason === 'LibraryMissing')).toMatchObject({
      subject: 'database/postgres',
      message: expect.stringContaining('uuid-ossp'),
    });
    expect(reasonsIn(await manager.status())).not.toContain('RemovalBlocked');
    await expect(manager.sql('SELECT uuid_generate_v4()')).rejects.toThrow('could not access file');
  });

  test('does not come back when removal: force is taken away again', async () => {
    await using place = await withBoth();
    const first = await place.startReady();
    await first.sql('CREATE EXTENSION hstore');
    place.writeConfiguration(`${onlyUuidOssp}removal: force\n`);
    await onlyImages(first, 'uuid-ossp');
    place.writeConfiguration(onlyUuidOssp);
    await afterLooks(first, 1);
    await first.stop();
    const second = await place.startReady();
    await afterLooks(second, 1);
    expect(imagesIn(await second.status())).toEqual(['uuid-ossp']);
    expect(remembered(place).images).toEqual(['uuid-ossp']);
  });

  test('goes with removal: force with its entry of shared_preload_libraries, at the next restart', async () => {
    const configuration =
      'extensions: [{ name: pg_stat_statements }]\nshared_preload_libraries: [pg_stat_statements]\n';
    await using place = await instanceFolder({ configuration, images: ['pg_stat_statements'] });
    const manager = await place.startReady();
    await manager.sql('CREATE EXTENSION pg_stat_statements');
    place.writeConfiguration('removal: force\n');
    const { restartRequired } = await manager.waitFor((status) => status.restartRequired.required);
    expect(restartRequired.reasons).toMatchObject([
      { name: 'shared_preload_libraries', running: 'pg_stat_statements' },
    ]);
    expect((await manager.control('POST', '/restart')).statusCode).toBe(200);
    expect(await manager.sql('SHOW shared_preload_libraries')).toEqual([{ shared_preload_libraries: '' }]);
    expect(await manager.status()).toMatchObject({ postgres: { starts: 2, crashes: 0 } });
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
