import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEmbeddedPostgres } from '../../../src/demo/embedded-postgres.ts';
import { layOutDemo } from '../../../src/demo/lay-out-demo.ts';
import { type DemoServer, findFreePort, makeOpenFolder, startDemoServer } from './demo-server.ts';

const script = fileURLToPath(new URL('../../../src/demo/sql.ts', import.meta.url));

let folder = '';
let server: DemoServer;

beforeAll(async () => {
  const source = await findEmbeddedPostgres(process.platform, process.arch);
  if (source.kind === 'not-found') {
    throw new Error(source.message);
  }
  folder = await makeOpenFolder();
  await layOutDemo(source, folder);
  server = await startDemoServer(folder, {}, {});
}, 60_000);

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

async function sql(texts: readonly string[], input = '', port = server.port): Promise<Ran> {
  const env = { PGPORT: String(port) };
  const result = await execa(process.execPath, [script, ...texts], { env, input, reject: false });
  return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode };
}

describe('with arguments', () => {
  it('prints every result of every argument, and the command tags of the others', async () => {
    const ran = await sql(['CREATE TABLE t (a int); INSERT INTO t VALUES (1), (NULL)', 'TABLE t; SELECT true AS b']);
    expect(ran.stdout).toBe('CREATE TABLE\nINSERT 0 2\n a\n---\n 1\n\n(2 rows)\n\n b\n---\n t\n(1 row)\n');
    expect(ran).toMatchObject({ stderr: '', exitCode: 0 });
  });

  it('prints the rows and the tag of INSERT … RETURNING', async () => {
    const ran = await sql(['CREATE TEMP TABLE u (a int)', 'INSERT INTO u VALUES (7) RETURNING a']);
    expect(ran.stdout).toBe('CREATE TABLE\n a\n---\n 7\n(1 row)\n\nINSERT 0 1');
  });

  it('prints notices on standard error', async () => {
    const ran = await sql(['DROP TABLE IF EXISTS missing']);
    expect(ran).toMatchObject({ stdout: 'DROP TABLE', exitCode: 0 });
    expect(ran.stderr).toBe('NOTICE:  table "missing" does not exist, skipping');
  });

  it('stops at an error, with what PostgreSQL says about it', async () => {
    const ran = await sql(["DO $$ BEGIN RAISE 'no' USING DETAIL = 'because', HINT = 'do'; END $$; SELECT 1"]);
    expect(ran).toMatchObject({ stdout: '', exitCode: 1 });
    expect(ran.stderr).toBe('ERROR:  P0001: no\nDETAIL:  because\nHINT:  do');
  });

  it('runs what cannot run in a transaction beside other statements', async () => {
    expect(await sql(['VACUUM; SELECT 1 AS a'])).toMatchObject({ exitCode: 0 });
  });

  it('says in a sentence that nothing answers', async () => {
    const port = await findFreePort();
    expect(await sql(['SELECT 1'], '', port)).toMatchObject({
      stdout: '',
      stderr: `Nothing answers on 127.0.0.1:${port}. Is the demo running? Start it with: npm start`,
      exitCode: 1,
    });
  });

  it('says that the connection ended', async () => {
    const ran = await sql(['SELECT pg_terminate_backend(pg_backend_pid())']);
    expect(ran.stderr).toContain('57P01: terminating connection');
    expect(ran.exitCode).toBe(1);
  });
});

describe('with statements from a pipe', () => {
  it('runs statements of several lines, and the last one without a semicolon', async () => {
    const ran = await sql([], "SELECT 'a;\nb' AS a;\nSELECT\n2 AS b\n");
    expect(ran.stdout).toBe(' a\n----\n a;+\n b\n(1 row)\n\n b\n---\n 2\n(1 row)\n');
    expect(ran.exitCode).toBe(0);
  });

  it('goes on after an error, and says so in the exit code', async () => {
    const ran = await sql([], 'SELECT nothing;\nSELECT 1 AS a;\n');
    expect(ran.stderr).toContain('ERROR:  42703: column "nothing" does not exist');
    expect(ran.stdout).toContain('(1 row)');
    expect(ran.exitCode).toBe(1);
  });

  it(String.raw`ends at \q`, async () => {
    expect(await sql([], '\\q\nSELECT 1;\n')).toMatchObject({ stdout: '', exitCode: 0 });
  });
});
