import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askHttp, program, startManager } from '../../support/running-manager.ts';
import { findFreePort } from '../demo/demo-server.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

async function run(...args: readonly string[]) {
  return execa(process.execPath, [program, ...args], { reject: false, stdin: 'ignore' });
}

describe('the command line', () => {
  test.each([
    ['an unknown flag', ['run', '--no-such-flag']],
    ['an unknown command', ['walk']],
    ['a value that is none of the choices', ['run', '--crash-policy', 'pray']],
    ['an address without a port', ['run', '--status-address', '127.0.0.1']],
    ['a time without a number', ['run', '--shutdown-budget', 'soon']],
    ['a parameter without a value', ['run', '-c', 'work_mem']],
    ['a data folder by the back door', ['run', '-c', 'data_directory=/tmp']],
  ])('ends with 64 and a sentence for %s', async (_what, args) => {
    const { exitCode, stderr, stdout } = await run(...args);
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(/^error: .+\n?/);
    expect(stdout).toBe('');
  });

  test('lists every flag of run with its twin in the environment', async () => {
    const { exitCode, stdout } = await run('run', '--help');
    expect(exitCode).toBe(0);
    const text = stdout.replaceAll(/\s+/g, ' ');
    const twins = {
      '--config': 'PGIM_CONFIG',
      '--pgdata': 'PGDATA',
      '--extensions-dir': 'PGIM_EXTENSIONS_DIR',
      '--bin-dir': 'PGIM_BIN_DIR',
      '--run-dir': 'PGIM_RUN_DIR',
      '--user': 'PGIM_USER',
      '--superuser': 'PGIM_SUPERUSER',
      '--password-file': 'PGIM_PASSWORD_FILE',
      '--init-scripts': 'PGIM_INIT_SCRIPTS',
      '--status-address': 'PGIM_STATUS_ADDRESS',
      '--metrics-address': 'PGIM_METRICS_ADDRESS',
      '--shutdown-mode': 'PGIM_SHUTDOWN_MODE',
      '--shutdown-budget': 'PGIM_SHUTDOWN_BUDGET',
      '--crash-policy': 'PGIM_CRASH_POLICY',
      '--max-crashes': 'PGIM_MAX_CRASHES',
      '--crash-window': 'PGIM_CRASH_WINDOW',
      '--resync-interval': 'PGIM_RESYNC_INTERVAL',
      '--strict': 'PGIM_STRICT',
      '--log-format': 'PGIM_LOG_FORMAT',
    };
    for (const [flag, twin] of Object.entries(twins)) {
      expect(text).toMatch(new RegExp(`${flag} [^-].*?env: ${twin}\\b`));
    }
    expect(text).toContain('default: "/etc/pg-instance-manager"');
    expect(text).toContain('default: "/extensions"');
    expect(text).toContain('default: 0.0.0.0:8000');
    expect(text).toContain('default: 0.0.0.0:9187');
  });

  test('gives help and version with exit code 0', async () => {
    expect(await run('--help')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('run') });
    expect(await run('--version')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });
});

test('run takes everything from the environment, and a flag wins over its twin', async () => {
  await using place = await instanceFolder({ images: ['hstore'], configuration: 'extensions: [{ name: hstore }]\n' });
  const manager = startManager({
    flags: ['--config', place.configurationDirectory],
    socketFolder: place.runDirectory,
    runDirectory: place.runDirectory,
    environment: {
      PGIM_CONFIG: '/nowhere',
      PGDATA: place.dataDirectory,
      PGIM_EXTENSIONS_DIR: place.extensionsDirectory,
      PGIM_BIN_DIR: place.binDirectory,
      PGIM_RUN_DIR: place.runDirectory,
    },
  });
  try {
    const { extensions } = await manager.ready();
    expect(extensions).toMatchObject([{ mountPath: join(place.extensionsDirectory, 'hstore'), findings: [] }]);
  } finally {
    await manager.stop();
  }
});

test('run finds postgres on the PATH when nobody says where it is', async () => {
  await using place = await instanceFolder();
  const manager = startManager({
    flags: [
      ...['--config', place.configurationDirectory, '--pgdata', place.dataDirectory],
      ...['--run-dir', place.runDirectory],
    ],
    socketFolder: place.runDirectory,
    runDirectory: place.runDirectory,
    environment: { PATH: `/nowhere:${place.binDirectory}:/usr/bin:/bin` },
  });
  try {
    await manager.ready();
  } finally {
    await manager.stop();
  }
});

describe('an address that somebody else has', () => {
  let place: InstanceFolder;
  let busy: Server;
  let address = '';
  beforeAll(async () => {
    place = await instanceFolder();
    busy = createServer();
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const bound = busy.address();
    address = `127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`;
  });
  afterAll(async () => {
    busy?.close();
    await place?.remove();
  });

  test.each(['--status-address', '--metrics-address'])(
    'ends it with 69 and one sentence that names %s',
    async (flag) => {
      const manager = place.start({ flags: [flag, address] });
      expect(await manager.exited).toEqual({ code: 69, signal: null });
      expect(manager.output()).toBe(
        `The address ${address} is in use by another process; choose another with ${flag}.\n`,
      );
    },
  );

  test('leaves PGDATA alone', () => {
    expect(() => place.readData('pg-instance-manager.conf')).toThrow('ENOENT');
    expect(() => place.readData('postmaster.pid')).toThrow('ENOENT');
  });
});

test('an address that is switched off is not listened on, and one for both gives everything', async () => {
  await using place = await instanceFolder();
  const off = place.start({ flags: ['--status-address', 'off', '--metrics-address', 'off'] });
  const { addresses } = await off.waitForLog((line) => line.msg === 'listening');
  expect(addresses).toEqual([]);
  expect(await place.command('status')).toMatchObject({ exitCode: 0 });
  expect(await off.stop()).toEqual({ code: 0, signal: null });
});

test('the status address can be the one for metrics too', async () => {
  await using place = await instanceFolder();
  const port = await findFreePort();
  const manager = place.start({
    flags: ['--status-address', `127.0.0.1:${port}`, '--metrics-address', `127.0.0.1:${port}`],
  });
  await manager.waitForLog((line) => line.msg === 'listening');
  for (const path of ['/status', '/metrics', '/readyz']) {
    expect((await askHttp('GET', `http://127.0.0.1:${port}${path}`)).body).not.toBe('');
  }
});
