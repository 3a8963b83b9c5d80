import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { whyNoCompose } from '../compose/compose-project.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { extensionImage, images } from '../support/images.ts';
import { manifests, shipped } from './rendered-manifests.ts';

const why = await whyNoCompose();
if (why !== undefined) console.log(`test:e2e: tests of rendered Compose projects skipped: ${why}`);

const local = { postgres: images.base, pgvector: extensionImage('pgvector'), postgis: extensionImage('postgis') };
const render = (workMem?: string) =>
  shipped(['render', 'compose', '--manager-image', images.manager], manifests(local, workMem));

// One story: each test begins where the one before has ended.
describe.skipIf(why !== undefined)('a Compose project that was rendered from manifests', () => {
  const project = `pgim-e2e-${randomBytes(4).toString('hex')}`;
  const folder = temporaryFolder('rendered');
  const remove = atTheEnd(['sh', '-c', 'docker compose --project-name "$1" down --volumes', 'sh', project]);
  afterAll(() => remove());

  async function compose(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, all } = await execa('docker', ['compose', '--project-name', project, ...args], {
      cwd: folder,
      env: { POSTGRES_PORT: '0', STATUS_PORT: '0', POSTGRES_PASSWORD: 'a pass$word' },
      all: true,
      reject: false,
      input: '',
    });
    if (exitCode === 0) return stdout;
    throw new Error(`docker compose ${args.join(' ')}: exit code ${exitCode}\n${all.slice(-6_000)}`);
  }
  const sql = (statement: string, database = 'app'): Promise<string> =>
    compose(
      'exec',
      '-T',
      'postgres',
      'psql',
      '-U',
      'postgres',
      '-d',
      database,
      '-v',
      'ON_ERROR_STOP=1',
      '-qAtX',
      '-c',
      statement,
    );

  beforeAll(async () => {
    writeFileSync(join(folder, 'compose.yaml'), await render());
  });

  test('is the same each time', async () => {
    expect(await render()).toBe(await render());
  });

  test('is valid for Compose, which finds its images in the order of the Cluster', async () => {
    const { services } = JSON.parse(await compose('config', '--format', 'json'));
    const volumes: readonly { type: string; source: string; target: string }[] = services.postgres.volumes;
    expect(volumes.filter(({ type }) => type === 'image').map(({ source, target }) => `${source} ${target}`)).toEqual([
      `${images.manager} /opt/pg-instance-manager`,
      `${local.pgvector} /extensions/pgvector`,
      `${local.postgis} /extensions/postgis`,
    ]);
  });

  test('comes up healthy with one command', async () => {
    await compose('up', '--detach', '--wait');
    const status = JSON.parse(
      await compose(
        'exec',
        '-T',
        'postgres',
        '/opt/pg-instance-manager/bin/pg-instance-manager',
        'status',
        '-o',
        'json',
      ),
    );
    expect(status.findings.filter(({ severity }: { severity: string }) => severity !== 'info')).toEqual([]);
    expect(status.extensions.map(({ name }: { name: string }) => name)).toEqual(['pgvector', 'postgis']);
  });

  test('has the extensions of the Database, which work, and the owner of it', async () => {
    await expect
      .poll(() => sql("SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension"), { timeout: 60_000 })
      .toBe('plpgsql postgis vector');
    expect(await sql("SELECT '[1,2]'::vector <-> '[4,6]'")).toBe('5');
    expect(await sql("SELECT ST_AsText(ST_Transform('SRID=4326;POINT(10 50)'::geometry, 3857), 0)")).toBe(
      'POINT(1113195 6446276)',
    );
    expect(await sql("SELECT datdba::regrole FROM pg_database WHERE datname = 'app'")).toBe('app');
  });

  test('has the parameters of the Cluster, with their dollars', async () => {
    expect(await sql("SELECT current_setting('work_mem'), current_setting('app.dollar')")).toBe('6MB|a$b ${HOME}');
  });

  test('renders the resolved list that run sees in it', async () => {
    const info = JSON.parse(await shipped(['resolve', '-o', 'json'], manifests(local)));
    const seen = await compose('exec', '-T', 'postgres', 'cat', '/etc/pg-instance-manager/instance.yaml');
    const again = JSON.parse(
      await shipped(
        ['resolve', '-o', 'json'],
        `image: ${info.image}\nmajorVersion: 18\n${seen.slice(0, seen.indexOf('parameters:'))}`,
      ),
    );
    expect(again).toEqual(info);
  });

  test('rendered again after a change, it comes into force with up, and the data is kept', async () => {
    await sql('CREATE TABLE kept AS SELECT 42 AS answer');
    writeFileSync(join(folder, 'compose.yaml'), await render('9MB'));
    await compose('up', '--detach', '--wait');
    expect(await sql('SHOW work_mem')).toBe('9MB');
    expect(await sql('SELECT answer FROM kept')).toBe('42');
  });
});
