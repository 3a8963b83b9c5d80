import { posix } from 'node:path';
import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../../src/cli/run-command.ts';
import type { NewCluster } from '../../../src/initialization/new-cluster.ts';
import type { OfficialValues } from '../../../src/initialization/read-official-environment.ts';
import type { RunOptions } from '../../../src/instance/run-options.ts';
import { ExitError } from '../../../src/lib/errors.ts';

const nothingOfficial: OfficialValues = {
  user: undefined,
  password: undefined,
  database: undefined,
  initdbArguments: undefined,
  walDirectory: undefined,
  hostAuthMethod: undefined,
  problems: [],
};

const surroundings = {
  isTerminal: false,
  absolute: (path: string) => posix.resolve('/home/me', path),
  findBinDirectory: () => '/found/bin',
  readOfficialEnvironment: () => nothingOfficial,
};

const plainCluster: NewCluster = {
  superuser: 'postgres',
  database: 'postgres',
  passwordFile: undefined,
  password: undefined,
  initdbArguments: [],
  hostAuthMethod: undefined,
  walDirectory: undefined,
  initScripts: '/docker-entrypoint-initdb.d',
  problems: [],
};

/** What `run` makes of these words; the twins of the flags come from the environment. */
async function parse(words: readonly string[], around = surroundings): Promise<RunOptions> {
  const got: RunOptions[] = [];
  const command = runCommand(around, async (options) => void got.push(options))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await command.parseAsync([...words], { from: 'user' });
  const [options] = got;
  if (options === undefined) throw new Error('the action was not called');
  return options;
}

const twins = runCommand(surroundings, async () => undefined).options.flatMap(({ envVar }) => envVar ?? []);

// Those of the machine must not change what a test sees.
beforeEach(() => {
  for (const twin of twins) vi.stubEnv(twin, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('has a default for everything', async () => {
  expect(await parse([])).toEqual({
    configuration: { path: '/etc/pg-instance-manager', mayBeAbsent: true },
    dataDirectory: '/var/lib/postgresql/18/docker',
    extensionsDirectory: '/extensions',
    binDirectory: '/found/bin',
    runDirectory: '/run/postgresql',
    serverOptions: new Map(),
    user: undefined,
    superuser: 'postgres',
    passwordFile: undefined,
    newCluster: plainCluster,
    statusAddress: { host: '0.0.0.0', port: 8000 },
    metricsAddress: { host: '0.0.0.0', port: 9187 },
    access: { tls: undefined, tokenFile: undefined },
    policy: {
      restart: { onCrash: 'restart', maxCrashes: 5, windowMs: 300_000 },
      shutdownMode: 'fast',
      shutdownBudgetMs: 60_000,
    },
    resyncIntervalMs: 30_000,
    strict: false,
    log: { format: 'json', level: 'info' },
  } satisfies RunOptions);
});

/** Each flag with its twin, a value, and what becomes of it. */
const flags: readonly (readonly [flag: string, twin: string, value: string, expected: Partial<RunOptions>])[] = [
  ['--config', 'PGIM_CONFIG', '/c', { configuration: { path: '/c', mayBeAbsent: false } }],
  ['--pgdata', 'PGDATA', '/d', { dataDirectory: '/d' }],
  ['--extensions-dir', 'PGIM_EXTENSIONS_DIR', '/e/', { extensionsDirectory: '/e' }],
  ['--bin-dir', 'PGIM_BIN_DIR', '/b', { binDirectory: '/b' }],
  ['--run-dir', 'PGIM_RUN_DIR', '/r', { runDirectory: '/r' }],
  ['--user', 'PGIM_USER', '26:27', { user: '26:27' }],
  ['--superuser', 'PGIM_SUPERUSER', 'admin', { superuser: 'admin' }],
  ['--password-file', 'PGIM_PASSWORD_FILE', '/p', { passwordFile: '/p' }],
  [
    '--initdb-args',
    'PGIM_INITDB_ARGS',
    "-k --locale='de DE'",
    { newCluster: { ...plainCluster, initdbArguments: ['-k', '--locale=de DE'] } },
  ],
  ['--init-scripts', 'PGIM_INIT_SCRIPTS', '/s', { newCluster: { ...plainCluster, initScripts: '/s' } }],
  ['--status-address', 'PGIM_STATUS_ADDRESS', '[::1]:81', { statusAddress: { host: '::1', port: 81 } }],
  ['--metrics-address', 'PGIM_METRICS_ADDRESS', 'off', { metricsAddress: undefined }],
  ['--token-file', 'PGIM_TOKEN_FILE', 't', { access: { tls: undefined, tokenFile: '/home/me/t' } }],
  ['--resync-interval', 'PGIM_RESYNC_INTERVAL', '5s', { resyncIntervalMs: 5_000 }],
  ['--strict', 'PGIM_STRICT', 'yes', { strict: true }],
];

describe.each(flags)('%s', (flag, twin, value, expected) => {
  test('is taken from the command line', async () => {
    expect(await parse([flag, value])).toMatchObject(expected);
  });

  test(`is taken from ${twin}`, async () => {
    vi.stubEnv(twin, value);
    expect(await parse([])).toMatchObject(expected);
  });
});

describe('the policy', () => {
  const expected = {
    restart: { onCrash: 'exit', maxCrashes: 2, windowMs: 60_000 },
    shutdownMode: 'smart',
    shutdownBudgetMs: 90_000,
  };

  test('is taken from the command line', async () => {
    const words = ['--crash-policy', 'exit', '--max-crashes', '2', '--crash-window', '1m'];
    const { policy } = await parse([...words, '--shutdown-mode', 'smart', '--shutdown-budget', '1.5m']);
    expect(policy).toEqual(expected);
  });

  test('is taken from the environment', async () => {
    vi.stubEnv('PGIM_CRASH_POLICY', 'exit');
    vi.stubEnv('PGIM_MAX_CRASHES', '2');
    vi.stubEnv('PGIM_CRASH_WINDOW', '60');
    vi.stubEnv('PGIM_SHUTDOWN_MODE', 'smart');
    vi.stubEnv('PGIM_SHUTDOWN_BUDGET', '90s');
    expect((await parse([])).policy).toEqual(expected);
  });
});

describe('a flag', () => {
  test('of TLS come together: a certificate and its key', async () => {
    vi.stubEnv('PGIM_TLS_KEY_FILE', '/k');
    await expect(parse([])).rejects.toMatchObject({ exitCode: 64, message: expect.stringContaining('TLS needs both') });
    expect(await parse(['--tls-cert-file', 'c'])).toMatchObject({
      access: { tls: { certificateFile: '/home/me/c', keyFile: '/k' }, tokenFile: undefined },
    });
  });

  test('wins over its twin', async () => {
    vi.stubEnv('PGDATA', '/from/env');
    vi.stubEnv('PGIM_STRICT', 'yes');
    const { dataDirectory, strict } = await parse(['--pgdata', '/from/flag', '--strict', 'no']);
    expect({ dataDirectory, strict }).toEqual({ dataDirectory: '/from/flag', strict: false });
  });

  test('--strict needs no word, and PGIM_STRICT=false does not switch it on', async () => {
    expect((await parse(['--strict'])).strict).toBe(true);
    vi.stubEnv('PGIM_STRICT', 'false');
    expect((await parse([])).strict).toBe(false);
  });

  test('-c can be repeated, and the last value of a name counts', async () => {
    const { serverOptions } = await parse(['-c', 'work_mem=1MB', '-c', 'port=5433', '-c', 'WORK_MEM=2MB']);
    expect([...serverOptions]).toEqual([
      ['work_mem', '2MB'],
      ['port', '5433'],
    ]);
  });

  test('-c begins anew for each command line', async () => {
    await parse(['-c', 'work_mem=1MB']);
    expect((await parse([])).serverOptions.size).toBe(0);
  });

  test('has a twin in the environment, but for -c', () => {
    const { options } = runCommand(surroundings, async () => undefined);
    expect(options.filter(({ envVar }) => envVar === undefined).map(({ flags }) => flags)).toEqual(['-c <name=value>']);
    expect(twins.every((twin) => twin === 'PGDATA' || twin.startsWith('PGIM_'))).toBe(true);
  });
});

describe('the log', () => {
  test('is for people on a terminal, unless a format is given', async () => {
    const terminal = { ...surroundings, isTerminal: true };
    expect((await parse([], terminal)).log.format).toBe('pretty');
    expect((await parse(['--log-format', 'json'], terminal)).log.format).toBe('json');
    expect((await parse(['--log-format', 'pretty', '--log-level', 'debug'])).log).toEqual({
      format: 'pretty',
      level: 'debug',
    });
  });
});

describe('the folder of postgres', () => {
  test('is not looked for when it is given', async () => {
    const around = { ...surroundings, findBinDirectory: () => Promise.reject(new Error('not asked')) as never };
    expect((await parse(['--bin-dir', '/b'], around)).binDirectory).toBe('/b');
  });

  test('that cannot be found ends the command', async () => {
    const findBinDirectory = (): string => {
      throw new ExitError(71, 'No postgres executable');
    };
    await expect(parse([], { ...surroundings, findBinDirectory })).rejects.toThrow(ExitError);
  });
});

describe('words that make no sense', () => {
  const wrong: readonly (readonly string[])[] = [
    ['--no-such-flag'],
    ['a', 'word'],
    ['--pgdata'],
    ['-c', 'data_directory=/elsewhere'],
    ['--status-address', '8000'],
    ['--shutdown-mode', 'immediate'],
    ['--shutdown-budget', '0'],
    ['--crash-policy', 'ignore'],
    ['--max-crashes', 'many'],
    ['--strict', 'maybe'],
    ['--log-format', 'xml'],
    ['--log-level', 'trace'],
  ];

  test.each(wrong)('are refused: %s %s', async (...words) => {
    await expect(parse(words.filter((word) => word !== undefined))).rejects.toThrow(CommanderError);
  });

  test('are refused: a parameter without a value', async () => {
    await expect(parse(['-c', 'work_mem'])).rejects.toThrow(ExitError);
  });

  test.each([
    ['PGIM_STATUS_ADDRESS', 'nowhere'],
    ['PGIM_CRASH_WINDOW', 'long'],
    ['PGIM_SHUTDOWN_MODE', 'slow'],
    ['PGIM_STRICT', 'perhaps'],
  ])('are refused in the environment, too: %s=%s', async (twin, value) => {
    vi.stubEnv(twin, value);
    await expect(parse([])).rejects.toThrow(twin);
  });
});

test('folders that are given relative to the folder of the command are absolute from then on', async () => {
  const words = ['--extensions-dir', 'ext/', '--bin-dir', './bin', '--run-dir', '../run', '--password-file', 'secret'];
  expect(await parse([...words, '--config', 'c', '--pgdata', 'd', '-c', 'config_file=mine.conf'])).toMatchObject({
    configuration: { path: '/home/me/c' },
    dataDirectory: '/home/me/d',
    extensionsDirectory: '/home/me/ext',
    binDirectory: '/home/me/bin',
    runDirectory: '/home/run',
    passwordFile: '/home/me/secret',
    serverOptions: new Map([['config_file', '/home/me/mine.conf']]),
  });
});

describe('the variables of the official image', () => {
  const around = {
    ...surroundings,
    readOfficialEnvironment: () => ({
      ...nothingOfficial,
      user: 'app',
      password: 'hush\n',
      initdbArguments: '--locale "de DE"',
      walDirectory: 'wal',
    }),
  };

  test('say what a new cluster is like, and who the manager is there', async () => {
    const { superuser, newCluster } = await parse([], around);
    expect(superuser).toBe('app');
    expect(newCluster).toEqual({
      ...plainCluster,
      superuser: 'app',
      database: 'app',
      password: 'hush',
      initdbArguments: ['--locale', 'de DE'],
      walDirectory: '/home/me/wal',
    });
  });

  test('give way to the flags', async () => {
    const words = ['--superuser', 'boss', '--initdb-args', '-k', '--password-file', '/p'];
    const { superuser, passwordFile, newCluster } = await parse(words, around);
    expect({ superuser, passwordFile }).toEqual({ superuser: 'boss', passwordFile: '/p' });
    expect(newCluster).toMatchObject({ database: 'boss', passwordFile: '/p', initdbArguments: ['-k'] });
  });
});
