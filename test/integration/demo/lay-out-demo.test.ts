import { lstat, mkdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, findEmbeddedPostgres } from '../../../src/demo/embedded-postgres.ts';
import { layOutDemo } from '../../../src/demo/lay-out-demo.ts';
import { type DemoServer, makeOpenFolder, startDemoServer } from './demo-server.ts';

const extensions = ['uuid-ossp', 'cube', 'earthdistance', 'hstore', 'pg_stat_statements'];
const listed = `SELECT name FROM pg_available_extensions WHERE name IN ('${extensions.join("','")}')`;

let folder = '';
let source: EmbeddedPostgres;

beforeAll(async () => {
  const found = await findEmbeddedPostgres(process.platform, process.arch);
  if (found.kind === 'not-found') {
    throw new Error(found.message);
  }
  source = found;
  folder = await makeOpenFolder();
  await layOutDemo(source, folder);
}, 60_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the folder', () => {
  it('is readable for the user that runs PostgreSQL, and writable for its owner alone', async () => {
    expect((await stat(join(folder, 'extensions/uuid-ossp/system'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(folder, 'extensions/uuid-ossp/lib/uuid-ossp.so'))).mode & 0o777).toBe(0o644);
    expect((await stat(join(folder, 'server/bin/postgres'))).mode & 0o777).toBe(0o755);
  });

  it('keeps the links between the versions of a library', async () => {
    expect(await readlink(join(folder, 'server/lib/libpq.so.5'))).toBe('libpq.so.5.18');
    expect((await lstat(join(folder, 'server/lib/libicuuc.so.60'))).isSymbolicLink()).toBe(true);
  });

  it('is used again as it is', async () => {
    await writeFile(join(folder, 'extensions/hstore/kept'), '');
    expect(await layOutDemo(source, folder)).toBe('reused');
    expect((await stat(join(folder, 'extensions/hstore/kept'))).isFile()).toBe(true);
  });

  it('is laid out again after an interruption or with another version, and keeps the folders of others', async () => {
    const other = await makeOpenFolder();
    await mkdir(join(other, 'extensions/mine'), { recursive: true });
    await mkdir(join(other, 'server/half'), { recursive: true });
    expect(await layOutDemo(source, other)).toBe('laid-out');
    await expect(stat(join(other, 'server/half'))).rejects.toThrow('ENOENT');
    await writeFile(join(other, 'extensions/hstore/old'), '');
    expect(await layOutDemo({ ...source, stamp: 'newer\n' }, other)).toBe('laid-out');
    await expect(stat(join(other, 'extensions/hstore/old'))).rejects.toThrow('ENOENT');
    expect((await stat(join(other, 'extensions/mine'))).isDirectory()).toBe(true);
    expect(await readFile(join(other, 'layout-version'), 'utf8')).toBe('newer\n');
    await rm(other, { recursive: true });
  });
});

describe('the server alone', () => {
  let server: DemoServer;
  beforeAll(async () => {
    server = await startDemoServer(folder, {}, {});
  }, 60_000);
  afterAll(() => server?.stop());

  it('has none of the extensions', async () => {
    expect(await server.query(listed)).toEqual([]);
    await expect(server.query('CREATE EXTENSION hstore')).rejects.toThrow('extension "hstore" is not available');
  });

  it('has the others', async () => {
    await server.query('CREATE EXTENSION pgcrypto');
  });
});

function imagePaths(): Record<string, string> {
  const images = join(folder, 'extensions');
  const inImages = (paths: readonly string[]): string => paths.map((path) => `${images}/${path}`).join(':');
  return {
    extension_control_path: `$system:${inImages(['uuid-ossp/share', 'geo/cube/share', 'geo/earthdistance/share', 'hstore/share', 'pg_stat_statements/share'])}`,
    dynamic_library_path: `$libdir:${inImages(['uuid-ossp/lib', 'geo/cube/lib', 'geo/earthdistance/lib', 'hstore/lib', 'pg_stat_statements/lib'])}`,
    shared_preload_libraries: 'pg_stat_statements',
  };
}

describe('the server with the paths of the images and LD_LIBRARY_PATH', () => {
  let server: DemoServer;
  beforeAll(async () => {
    const env = { LD_LIBRARY_PATH: join(folder, 'extensions/uuid-ossp/system') };
    server = await startDemoServer(folder, imagePaths(), env);
  }, 60_000);
  afterAll(() => server?.stop());

  it('has all of the extensions', async () => {
    expect(await server.query(listed)).toHaveLength(extensions.length);
  });

  it('runs each of them', async () => {
    await server.query('CREATE EXTENSION "uuid-ossp"');
    await server.query('CREATE EXTENSION earthdistance CASCADE');
    await server.query('CREATE EXTENSION hstore');
    await server.query('CREATE EXTENSION pg_stat_statements');
    expect(await server.query('SELECT length(uuid_generate_v4()::text) AS n')).toEqual([{ n: 36 }]);
    expect(await server.query("SELECT ('a=>1'::hstore)->'a' AS a")).toEqual([{ a: '1' }]);
    expect(await server.query('SELECT earth_distance(ll_to_earth(0, 0), ll_to_earth(0, 0)) AS d')).toEqual([{ d: 0 }]);
    expect(await server.query('SELECT count(*) > 0 AS counted FROM pg_stat_statements')).toEqual([{ counted: true }]);
  });
});

describe('the server with the paths of the images but no LD_LIBRARY_PATH', () => {
  let server: DemoServer;
  beforeAll(async () => {
    server = await startDemoServer(folder, imagePaths(), { LD_LIBRARY_PATH: '' });
  }, 60_000);
  afterAll(() => server?.stop());

  it('cannot load uuid-ossp, unless the machine itself has the library', async (context) => {
    const { stdout } = await execa({ reject: false })`/sbin/ldconfig -p`;
    context.skip(stdout.includes('libossp-uuid.so.16'), 'this machine has libossp-uuid.so.16');
    await expect(server.query('CREATE EXTENSION "uuid-ossp"')).rejects.toThrow(
      /libossp-uuid\.so\.16: cannot open shared object file/,
    );
  });

  it('runs the others', async () => {
    await server.query('CREATE EXTENSION earthdistance CASCADE');
    await server.query('CREATE EXTENSION hstore');
  });
});
