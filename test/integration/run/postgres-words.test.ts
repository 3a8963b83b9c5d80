import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { program, startManager } from '../../support/running-manager.ts';
import { instanceFolder } from './instance-folder.ts';
import { endWithChildren } from './processes.ts';

describe('run postgres …', () => {
  test('gives the options of postgres to the server, and they do not undo what an extension needs', async () => {
    await using place = await instanceFolder({ images: ['hstore'], configuration: 'extensions: [{ name: hstore }]\n' });
    const manager = startManager({
      flags: [],
      words: [
        ...['postgres', '-N', '17', '-c', 'work_mem=3MB', '--log-min-duration-statement=4s', '-d', '1'],
        ...['-c', 'extension_control_path=$system:/elsewhere', '-F'],
      ],
      runDirectory: place.runDirectory,
      socketFolder: place.runDirectory,
      environment: {
        PGDATA: place.dataDirectory,
        PGIM_CONFIG: place.configurationDirectory,
        PGIM_EXTENSIONS_DIR: place.extensionsDirectory,
        PGIM_BIN_DIR: place.binDirectory,
        PGIM_RUN_DIR: place.runDirectory,
        PGIM_STATUS_ADDRESS: '127.0.0.1:0',
        PGIM_METRICS_ADDRESS: '127.0.0.1:0',
      },
    });
    try {
      await manager.ready();
      const names = ['max_connections', 'work_mem', 'log_min_duration_statement', 'fsync', 'log_min_messages'];
      const shown = await manager.sql(`SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join()}`);
      expect(shown).toEqual([
        {
          max_connections: '17',
          work_mem: '3MB',
          log_min_duration_statement: '4s',
          fsync: 'off',
          log_min_messages: 'debug1',
        },
      ]);
      const [path] = await manager.sql('SHOW extension_control_path');
      expect(path?.['extension_control_path']).toContain(join(place.extensionsDirectory, 'hstore'));
      expect(path?.['extension_control_path']).toContain('/elsewhere');
      await manager.sql('CREATE EXTENSION hstore');
    } finally {
      await endWithChildren(manager);
    }
  });

  test.each([
    ['-D', ['-D', '/elsewhere']],
    ['--single', ['--single']],
    ['data_directory', ['-c', 'data_directory=/elsewhere']],
  ])('ends with 64 and a sentence for what cannot be followed: %s', async (_what, words) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [program, 'run', 'postgres', ...words], {
      reject: false,
      stdin: 'ignore',
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toMatch(/^error: .+$/);
  });
});
