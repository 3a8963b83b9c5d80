import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { type Container, namedVolume, runOnce, startContainer } from '../support/container.ts';
import { engine } from '../support/engine-command.ts';
import { extensionImage, images } from '../support/images.ts';

/** One statement over TCP, from outside. */
async function queryByTcp(container: Container, password: string, statement: string): Promise<unknown> {
  const [host, port] = (await container.address(5432)).split(':');
  const client = new pg.Client({ host, port: Number(port), user: 'postgres', database: 'postgres', password });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('the image', () => {
  test('a password opens the network, the socket needs none, and the engine sees that it is healthy', async () => {
    await using container = await startContainer();
    await container.ready();
    expect(await queryByTcp(container, 'secret of the tests', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await expect(queryByTcp(container, 'another', 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(await container.sql('SELECT current_user')).toBe('postgres');
    // podman leaves the repetition to systemd
    if (inject('laboratory').engine === 'podman') await engine(['healthcheck', 'run', container.id]);
    await expect.poll(async () => (await container.state()).Health?.Status, { timeout: 15_000 }).toBe('healthy');
    expect(await container.exec(['pg-instance-manager', 'health'])).toMatchObject({ exitCode: 0 });
  });

  test('without a password it makes no cluster and says what to set', async () => {
    const { exitCode, all } = await runOnce([images.postgres]);
    expect(exitCode).toBe(78);
    expect(all).toMatch(/POSTGRES_PASSWORD/);
    expect(all).toMatch(/POSTGRES_HOST_AUTH_METHOD=trust/);
  });

  test('a read-only root and a user without a name are enough, initialisation, extension and restart included', async () => {
    await using container = await startContainer({
      flags: [
        ...['--read-only', '--tmpfs', '/run/postgresql', '--tmpfs', '/tmp', '--user', '12345:12345'],
        ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
      ],
      extensions: { pgvector: extensionImage('pgvector') },
      configuration: '{ extensions: [{ name: pgvector }] }',
      environment: { POSTGRES_DB: 'app' },
    });
    await container.ready();
    expect((await container.exec(['id', '-u'])).stdout).toBe('12345');
    expect(await container.sql(['CREATE EXTENSION vector', "SELECT '[1,2]'::vector <-> '[4,6]'"], 'app')).toBe('5');
    expect(await queryByTcp(container, 'secret of the tests', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await container.exec(['pg-instance-manager', 'restart'])).toMatchObject({ exitCode: 0 });
    expect((await container.ready()).findings).toEqual([]);
    expect(await container.exec(['sh', '-c', 'echo >/opt/x'])).toMatchObject({
      stderr: expect.stringContaining('Read-only file system'),
    });
    expect(await container.stop()).toMatchObject({ exitCode: 0 });
  });

  test('has no compiler and no npm, and what is added to PostgreSQL is at most 150 MB', async () => {
    for (const program of ['gcc', 'cc', 'npm', 'npx', 'node']) {
      expect(await runOnce(['--entrypoint', 'which', images.postgres, program])).toMatchObject({ exitCode: 1 });
    }
    const { stdout } = await engine(['image', 'inspect', '--format', '{{.Size}}', images.manager]);
    expect(Number(stdout)).toBeGreaterThan(1e6);
    expect(Number(stdout)).toBeLessThanOrEqual(150e6);
  });
});

describe('an image of somebody else', () => {
  test('runs unmodified under a manager that was copied into a volume', async () => {
    await using volume = await namedVolume();
    const controller = `${volume.name}:/controller`;
    const installed = await runOnce(['--user', '0', '--volume', controller, images.manager, 'install', '/controller']);
    expect(installed).toMatchObject({ exitCode: 0 });
    await using container = await startContainer({
      image: images.base,
      flags: ['--volume', `${controller}:ro`, '--entrypoint', '/controller/bin/pg-instance-manager'],
      command: ['run'],
      extensions: { pgvector: extensionImage('pgvector') },
      configuration: '{ extensions: [{ name: pgvector }] }',
    });
    await container.ready();
    expect(await container.sql(['CREATE EXTENSION vector', "SELECT '[1,2]'::vector <-> '[4,6]'"])).toBe('5');
    expect(await container.exec(['/controller/bin/pg-instance-manager', 'health'])).toMatchObject({ exitCode: 0 });
    expect(await container.stop()).toMatchObject({ exitCode: 0 });
  });
});
