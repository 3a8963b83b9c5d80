import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { engine } from '../support/engine-command.ts';
import { type ComposeProject, composeProject, whyNoCompose } from './compose-project.ts';

const why = await whyNoCompose();
if (why !== undefined) console.log(`test:e2e: tests of docker/compose.yaml skipped: ${why}`);

const withImages = ['--file', 'docker/compose.yaml'];
const without = ['--file', 'docker/compose.without-image-volumes.yaml'];
const up = ['up', '--build', '--detach', '--wait'];

// One story: each test begins where the one before has ended.
describe.skipIf(why !== undefined)('the Compose project in a fresh clone', () => {
  const held: { project?: ComposeProject } = {};
  const project = (): ComposeProject => held.project ?? expect.unreachable('there is no project');
  const isHealthy = async (): Promise<string> =>
    (await engine(['inspect', '--format', '{{.State.Health.Status}}', await project().container()])).stdout;
  const startedAt = () => project().sql('SELECT pg_postmaster_start_time()');

  beforeAll(async () => {
    held.project = await composeProject();
  });
  afterAll(() => held.project?.remove());

  test('is built, comes up and is healthy with one command', async () => {
    await project().compose([...withImages, ...up]);
    expect(await isHealthy()).toBe('healthy');
    expect((await project().get('/readyz')).statusCode).toBe(200);
    const { phase, findings, extensions } = await project().status();
    expect({ phase, findings: findings.filter(({ severity }) => severity !== 'info') }).toEqual({
      phase: 'Running',
      findings: [],
    });
    expect(extensions.map(({ name, volume }) => [name, volume.state])).toEqual([
      ['pgvector', 'mounted'],
      ['postgis', 'mounted'],
    ]);
  });

  test('a developer creates an extension and measures a distance, as the README says', async () => {
    const command = ['psql', '-U', 'postgres', '-c', 'CREATE EXTENSION vector'];
    const distance = ['-c', "SELECT '[1,2]'::vector <-> '[4,6]'"];
    const { stdout } = await project().compose([...withImages, 'exec', '-T', 'postgres', ...command, ...distance]);
    expect(stdout).toMatch(/^CREATE EXTENSION\n ?\?column\? ?\n-+\n +5\n/);
  });

  test('the script of the clone has filled the new cluster', async () => {
    expect(await project().sql("SELECT extname FROM pg_extension WHERE extname = 'postgis'")).toBe('postgis');
    expect(await project().sql("SELECT ST_Area('POLYGON((0 0,0 2,2 2,2 0,0 0))'::geometry)")).toBe('4');
  });

  test('the password of the secret file opens the published port, and no other does', async () => {
    const password = readFileSync(join(project().folder, 'docker/compose/postgres-password.example'), 'utf8').trim();
    expect(await project().overTcp(password, 'SELECT current_user AS user')).toEqual([{ user: 'postgres' }]);
    await expect(project().overTcp('not the password', 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await expect(project().overTcp(undefined, 'SELECT 1')).rejects.toThrow(/password/);
  });

  test('the container can write nowhere else, and memory for parallel queries is as the file says', async () => {
    const id = await project().container();
    const write = await engine(['exec', id, 'touch', '/etc/pg-instance-manager/x', '/opt/x', '/extensions/x'], false);
    expect(write.all.match(/Read-only file system/g)).toHaveLength(3);
    expect((await engine(['exec', id, 'df', '--output=size', '-BM', '/dev/shm'])).stdout).toMatch(/256M/);
    expect((await engine(['exec', id, 'grep', 'CapEff', '/proc/1/status'])).stdout).toMatch(/CapEff:\s+0+$/);
  });

  test('a change of the configuration file is in force without a restart', async () => {
    const [before, container] = [await startedAt(), await project().container()];
    const path = join(project().folder, 'docker/compose/configuration/instance.yaml');
    writeFileSync(`${path}.next`, `${readFileSync(path, 'utf8')}  work_mem: 7MB\n`);
    renameSync(`${path}.next`, path);
    await vi.waitFor(async () => expect(await project().sql('SHOW work_mem')).toBe('7MB'), {
      timeout: 20_000,
      interval: 200,
    });
    expect([await startedAt(), await project().container()]).toEqual([before, container]);
  });

  test('down and up again: the data is kept, and down ends PostgreSQL cleanly', async () => {
    await project().sql('CREATE TABLE kept AS SELECT 42 AS answer');
    const startMs = performance.now();
    await project().compose([...withImages, 'stop']);
    expect(performance.now() - startMs).toBeLessThan(10_000);
    const { stdout } = await project().compose([
      ...withImages,
      'ps',
      '--all',
      '--format',
      '{{.Service}} {{.ExitCode}}',
    ]);
    expect(stdout).toBe('postgres 0');
    await project().compose([...withImages, 'down']);
    expect(await project().container()).toBe('');
    await project().compose([...withImages, ...up]);
    expect(await project().sql('SELECT answer FROM kept')).toBe('42');
    expect((await project().compose([...withImages, 'logs', '--no-log-prefix', 'postgres'])).stdout).not.toMatch(
      /not properly shut down|automatic recovery/,
    );
  });

  describe('the file for engines that cannot mount images', () => {
    test('takes over the data, with the same extensions', async () => {
      await project().compose([...withImages, 'down']);
      await project().compose([...without, ...up, 'postgres']);
      expect(await isHealthy()).toBe('healthy');
      const mounts = await engine([
        'inspect',
        '--format',
        '{{range .Mounts}}{{.Type}} {{end}}',
        await project().container(),
      ]);
      expect(mounts.stdout).not.toContain('image');
      expect(await project().sql("SELECT answer, '[1,2]'::vector <-> '[4,6]' FROM kept")).toBe('42|5');
      expect(await project().sql("SELECT ST_Area('POLYGON((0 0,0 2,2 2,2 0,0 0))'::geometry)")).toBe('4');
      expect((await project().status()).findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    });

    test('up again leaves PostgreSQL as it is', async () => {
      const [before, container] = [await startedAt(), await project().container()];
      await project().compose([...without, ...up, 'postgres']);
      expect([await startedAt(), await project().container()]).toEqual([before, container]);
    });
  });

  test('down --volumes leaves nothing', async () => {
    await project().compose([...without, 'down', '--volumes']);
    const { stdout } = await project().compose([...without, 'ps', '--all', '--quiet']);
    expect(stdout).toBe('');
  });
});
