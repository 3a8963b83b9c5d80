import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addImage } from './images.ts';
import { addSettings, instanceFolder } from './instance-folder.ts';

const configuration = `
extensions: [{ name: pg_stat_statements }, { name: hstore }]
shared_preload_libraries: [pg_stat_statements, no_such_library, auto_explain]
`;
const images = ['hstore', 'pg_stat_statements'] as const;

describe('a library to preload that no folder holds', () => {
  test('is left out and reported with the folders, and PostgreSQL starts with the others', async () => {
    await using place = await instanceFolder({ configuration, images });
    const manager = await place.startReady();
    const { findings, postgres } = await manager.status();
    expect(findings).toMatchObject([
      { severity: 'error', reason: 'PreloadLibraryNotFound', subject: 'library/no_such_library' },
    ]);
    for (const folder of [`${place.extensionsDirectory}/hstore/lib`, '/server/lib/postgresql']) {
      expect(findings[0]?.message).toContain(folder);
    }
    expect(await manager.sql('SHOW shared_preload_libraries')).toEqual([
      { shared_preload_libraries: expect.stringMatching(/^pg_stat_statements, ?auto_explain$/) },
    ]);
    expect(postgres).toMatchObject({ starts: 1, crashes: 0 });
    await manager.sql('CREATE EXTENSION hstore');
    expect(await manager.get('/metrics')).toMatchObject({
      body: expect.stringContaining('pg_instance_manager_findings{severity="error"} 1'),
    });
  });

  test("is left out also when it is in the user's own postgresql.conf", async () => {
    await using place = await instanceFolder();
    addSettings(place.dataDirectory, { shared_preload_libraries: 'gone, auto_explain' });
    const manager = await place.startReady();
    expect((await manager.status()).findings).toMatchObject([{ subject: 'library/gone' }]);
    expect(await manager.sql('SHOW shared_preload_libraries')).toEqual([{ shared_preload_libraries: 'auto_explain' }]);
  });

  test('is loaded after a restart when its image has come', async () => {
    await using place = await instanceFolder({
      configuration: 'extensions: [{ name: pg_stat_statements }]\nshared_preload_libraries: [pg_stat_statements]\n',
    });
    const manager = await place.startReady();
    expect((await manager.status()).findings.map(({ reason }) => reason).sort()).toEqual([
      'PreloadLibraryNotFound',
      'VolumeMissing',
    ]);
    await addImage('pg_stat_statements', place.extensionsDirectory);
    expect((await place.command('reload')).stdout).toContain('shared_preload_libraries');
    const { restartRequired } = await manager.waitFor((status) => status.restartRequired.required);
    expect(restartRequired.reasons).toMatchObject([
      {
        name: 'shared_preload_libraries',
        running: '',
        desired: 'pg_stat_statements',
        extensions: ['pg_stat_statements'],
      },
    ]);
    expect((await place.command('restart')).exitCode).toBe(0);
    await manager.sql('CREATE EXTENSION pg_stat_statements');
    const { findings } = await manager.waitFor((status) => !status.restartRequired.required);
    expect(findings).toEqual([]);
  });

  test('is left out at a restart when its image has gone', async () => {
    await using place = await instanceFolder({ configuration, images });
    const manager = await place.startReady();
    place.writeConfiguration('shared_preload_libraries: [pg_stat_statements]\n');
    rmSync(join(place.extensionsDirectory, 'pg_stat_statements'), { recursive: true });
    expect((await place.command('restart')).exitCode).toBe(0);
    expect(await manager.sql('SHOW shared_preload_libraries')).toEqual([{ shared_preload_libraries: '' }]);
    expect((await manager.status()).postgres).toMatchObject({ starts: 2, crashes: 0 });
  });
});

describe('--strict', () => {
  test('ends with 65 and every error, and starts nothing', async () => {
    await using place = await instanceFolder({ configuration, images: ['pg_stat_statements'] });
    const manager = place.start({ flags: ['--strict'] });
    expect(await manager.exited).toEqual({ code: 65, signal: null });
    expect(manager.output()).toContain('shared_preload_libraries names no_such_library');
    expect(manager.output()).toContain(`The image volume ${place.extensionsDirectory}/hstore is not there`);
    expect(manager.log().filter((line) => line['logger'] === 'postgres')).toEqual([]);
  });

  test.each([
    ['true', 65],
    ['1', 65],
    ['false', 0],
    ['0', 0],
    ['', 0],
  ])('is also the variable PGIM_STRICT: %j means an end with %i', async (value, code) => {
    await using place = await instanceFolder({ configuration });
    const manager = place.start({ environment: { PGIM_STRICT: value } });
    if (code === 0) await manager.ready();
    expect(await manager.stop(code === 0 ? 'SIGTERM' : 'SIGCONT')).toEqual({ code, signal: null });
  });

  test('has nothing against warnings', async () => {
    await using place = await instanceFolder({
      configuration: 'extensions: [{ name: hstore, bin_path: [bin] }]\n',
      images,
    });
    const manager = await place.startReady({ flags: ['--strict'] });
    expect((await manager.status()).findings).toMatchObject([{ severity: 'warning', reason: 'PathMissing' }]);
  });

  test('does not end a manager that runs', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady({ flags: ['--strict'] });
    place.writeConfiguration(configuration);
    const { postgres } = await manager.waitFor(({ findings }) =>
      findings.some(({ reason }) => reason === 'PreloadLibraryNotFound'),
    );
    expect(postgres).toMatchObject({ ready: true, starts: 1 });
  });
});
