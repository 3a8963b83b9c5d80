import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunningManager } from '../../support/running-manager.ts';
import { watchProcesses } from '../../support/watched-processes.ts';
import { databaseIn } from './declared.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

// Each secret has a word of its own, so that a failure tells which one was seen.
const word = (name: string): string => `hush-${name}`;
const alone = ['-c', 'listen_addresses=', '--log-level', 'debug'];

const scripts = {
  '10.sql': `CREATE ROLE one LOGIN PASSWORD '${word('script')}';\nCREATE ROLE two LOGIN\n  PASSWORD '${word('second-line')}';\n`,
  '20.sh': `psql -c "ALTER ROLE one PASSWORD '${word('shell')}'"\ntest "$POSTGRES_PASSWORD" = "$PGPASSWORD" && echo "there are $(printenv PGPASSWORD | wc -l)"\n`,
};

function withScripts(place: InstanceFolder, files: Readonly<Record<string, string>>): readonly string[] {
  const folder = join(place.folder, 'scripts');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return [...alone, '--init-scripts', folder];
}

/** A file that PostgreSQL's user may read, whoever that is. */
function secretFile(place: InstanceFolder, name: string): string {
  const path = join(place.folder, name);
  writeFileSync(path, `${word(name)}\n`, { mode: 0o444 });
  return path;
}

const database = (password: string): string => `
databases:
  - name: app
    fdws: [{ name: wrapper }]
    servers:
      - { name: elsewhere, fdw: wrapper, options: [{ name: password, value: ${password} }] }
`;
const parameters = (password: string): string => `
parameters:
  log_statement: all
  primary_conninfo: "host=nowhere password=${password} user=a"
  app.api_token: ${word('token')}-${password}
`;

/** What everybody can be told: the log, the endpoints, the commands. */
async function everythingTold(manager: RunningManager, place: InstanceFolder): Promise<string> {
  const answers = await Promise.all(['/status', '/metrics', '/readyz'].map((path) => manager.get(path)));
  const commands = await Promise.all([
    place.command('status', '--output', 'table'),
    place.command('status', '--output', 'json'),
    place.command('reload'),
    place.command('health'),
  ]);
  return [
    ...answers.map(({ body }) => body),
    ...commands.flatMap(({ stdout, stderr }) => [stdout, stderr]),
    manager.output(),
  ].join('\n');
}

/** The words of secrets in a text, each once, so that a failure is short. */
function secretsIn(text: string): readonly string[] {
  return [...new Set(text.match(/hush-[a-z-]+/g) ?? [])];
}

/** Files below a folder that have a secret in them and that others than their owner may read. */
function openFilesWithSecrets(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => (statSync(path).mode & 0o077) !== 0 && readFileSync(path, 'latin1').includes('hush-'));
}

describe.each([
  [
    'in variables',
    (): Record<string, string> => ({ POSTGRES_PASSWORD: word('password') }),
    (): readonly string[] => [],
  ],
  [
    'in files',
    (place: InstanceFolder): Record<string, string> => ({ POSTGRES_PASSWORD_FILE: secretFile(place, 'password-file') }),
    (place: InstanceFolder): readonly string[] => ['--password-file', secretFile(place, 'manager-password')],
  ],
])('secrets %s', (_, environment, flags) => {
  test('are told by nobody, from the first start over scripts, mistakes and changes to the end', async () => {
    const watched = watchProcesses(['initdb', 'postgres']);
    await using place = await instanceFolder({ data: 'empty', configuration: parameters(word('conninfo')) });
    const manager = await place.startReady({
      flags: [...withScripts(place, scripts), ...flags(place)],
      environment: {
        POSTGRES_HOST_AUTH_METHOD: '',
        POSTGRES_INITDB_ARGS: `--no-sync --set=app.given=${word('arguments')}`,
        PGPASSWORD: word('pgpassword'),
        PGSSLPASSWORD: word('pgsslpassword'),
        ...environment(place),
      },
    });
    expect(manager.output()).toContain('there are 1');

    place.writeConfiguration(parameters(word('new-conninfo')) + database(word('server')));
    await manager.waitFor((status) => databaseIn(status, 'app')?.servers[0]?.applied === true);
    place.writeConfiguration(parameters(word('new-conninfo')) + database(word('new-server')));
    const optionsNow = (): Promise<readonly Record<string, unknown>[]> =>
      manager.sql('SELECT array_to_string(srvoptions, $$ $$) AS options FROM pg_foreign_server', { database: 'app' });
    await expect.poll(optionsNow).toEqual([{ options: `password=${word('new-server')}` }]);

    for (const mistake of [
      `${parameters(word('refused'))}  work_mem: ${word('value')}\n`,
      `${parameters(word('refused'))}  statement_timeout: "${word('time')}"\n`,
      `parameters: { primary_conninfo: "host=a password=${word('unclosed')} }\n`,
      `parameters: { primary_conninfo: [${word('list')}] }\n`,
      `${parameters(word('conninfo'))}password: ${word('top')}\n`,
      `databases: [{ name: app, servers: [{ name: a, fdw: none, options: [{ name: password, value: ${word('no-wrapper')} }] }] }]\n`,
    ]) {
      place.writeConfiguration(mistake);
      await manager.control('POST', '/reload');
    }
    await manager.waitFor(
      (status) => databaseIn(status, 'app')?.servers.some(({ reason }) => reason !== null) === true,
    );

    // Somebody's own statements, as PostgreSQL logs them.
    await expect(manager.sql(`ALTER ROLE one\n PASSWORD '${word('client')}' 1`)).rejects.toThrow('syntax error');
    await manager.sql(`ALTER SYSTEM SET primary_conninfo = 'host=a password=${word('alter-system')}'`);
    await manager.sql('SELECT pg_reload_conf()');
    await manager.waitForLog(({ msg }) => msg.includes('"primary_conninfo" changed'));

    expect(secretsIn(await everythingTold(manager, place))).toEqual([]);
    expect(openFilesWithSecrets(place.dataDirectory)).toEqual([]);
    expect(openFilesWithSecrets(place.runDirectory)).toEqual([]);
    await place.command('restart');
    await manager.stop();
    watched.stop();
    expect(secretsIn(manager.output())).toEqual([]);
    // What initdb is given as its arguments is on its command line; there is no other way to give it.
    expect(
      secretsIn(watched.commandLines()).filter((secret) => ![word('arguments'), word('shell')].includes(secret)),
    ).toEqual([]);
    expect(watched.seen()).toEqual(new Set(['initdb', 'postgres']));
    expect(secretsIn(watched.environments())).toEqual([]);
  });
});

describe('what keeps a start from succeeding', () => {
  test.each([
    ['a script', { '10.sql': `CREATE ROLE one\n  LOGIN PASSWORD '${word('script')}' 1;\n` }, 'syntax error'],
    [
      'a script of the shell',
      { '10.sh': `psql -c "ALTER ROLE nobody PASSWORD '${word('shell')}'"\n` },
      'does not exist',
    ],
  ])('is told without the secret that it has: %s', async (_, files, told) => {
    await using place = await instanceFolder({ data: 'empty' });
    const manager = place.start({
      flags: withScripts(place, files),
      environment: { POSTGRES_INITDB_ARGS: '--no-sync', POSTGRES_PASSWORD: word('password') },
    });
    expect((await manager.exited).code).not.toBe(0);
    expect(manager.output()).toContain(told);
    expect(secretsIn(manager.output())).toEqual([]);
  });

  test('is told without the secret that it has: initdb', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const environment = { POSTGRES_INITDB_ARGS: '--no-such-option', POSTGRES_PASSWORD: word('password') };
    const manager = place.start({ flags: alone, environment });
    expect((await manager.exited).code).not.toBe(0);
    expect(manager.output()).toContain('no-such-option');
    expect(secretsIn(manager.output())).toEqual([]);
  });

  test.each([
    [['-c', `primary conninfo=host=a password=${word('argument')}`]],
    [['-c', `a b=${word('argument')}`]],
    [[`--password=${word('argument')}`]],
  ])('is told without the secret that it has: %j', async (flags) => {
    await using place = await instanceFolder();
    const manager = place.start({ flags });
    expect((await manager.exited).code).toBe(64);
    expect(secretsIn(manager.output())).toEqual([]);
  });

  test('is told without the secret that it has: a password file that is not there', async () => {
    await using place = await instanceFolder({ data: 'empty' });
    const path = secretFile(place, 'password-file');
    const manager = place.start({
      environment: { POSTGRES_HOST_AUTH_METHOD: '', POSTGRES_PASSWORD_FILE: `${path}.no` },
    });
    expect((await manager.exited).code).not.toBe(0);
    expect(secretsIn(manager.output().replaceAll(`${path}.no`, ''))).toEqual([]);
  });
});
