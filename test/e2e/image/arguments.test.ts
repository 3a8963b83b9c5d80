import { describe, expect, test } from 'vitest';
import { runOnce, startContainer } from '../support/container.ts';
import { images } from '../support/images.ts';

describe('what stands after the image', () => {
  test('another command is executed as it was given', async () => {
    expect(await runOnce([images.postgres, 'psql', '--version'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^psql \(PostgreSQL\) 18\./),
    });
    expect(await runOnce([images.postgres, 'sh', '-c', 'echo "$$ $0 $1"; exit 3', 'a b', 'c'])).toMatchObject({
      exitCode: 3,
      stdout: '1 a b c',
    });
    expect(await runOnce([images.postgres, 'not-there'])).toMatchObject({
      exitCode: 127,
      stderr: expect.stringContaining('not-there cannot be executed'),
    });
  });

  test.each([
    { command: ['-c', 'work_mem=9MB'] },
    { command: ['postgres', '-c', 'work_mem=9MB'] },
    { command: ['postgres', '--work-mem=9MB'] },
  ])('$command reaches the server, and leaves the extensions in their place', async ({ command }) => {
    await using container = await startContainer({
      command: [...command, '-c', 'extension_control_path=$system:/tmp/of-the-user'],
      configuration: '{ extensions: [{ name: pgvector }] }',
      extensions: { pgvector: 'pgim-e2e/pgvector:18' },
    });
    await container.ready();
    expect(await container.sql('SHOW work_mem')).toBe('9MB');
    expect(await container.sql('SHOW extension_control_path')).toBe(
      '$system:/extensions/pgvector/share:/tmp/of-the-user',
    );
    expect(await container.sql(['CREATE EXTENSION vector', "SELECT '[1,2]'::vector <-> '[4,6]'"])).toBe('5');
  });

  test('what would make another cluster of it is refused in one sentence', async () => {
    const { exitCode, all } = await runOnce([
      '--env',
      'POSTGRES_PASSWORD=x',
      images.postgres,
      'postgres',
      '-D',
      '/tmp/x',
    ]);
    expect(exitCode).toBe(64);
    expect(all.split('\n')).toHaveLength(1);
  });
});
