import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { askHttp, program, type RunningManager } from '../../support/running-manager.ts';
import { sendSignal } from '../../support/send-signal.ts';
import { type InstanceFolder, instanceFolder, standInForPostgres } from './instance-folder.ts';
import { postmasterPid } from './processes.ts';

const configuration = 'extensions: [{ name: hstore }, { name: missing }]\nparameters: { work_mem: 5MB }\n';

describe('while a manager runs,', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  beforeAll(async () => {
    place = await instanceFolder({ configuration, images: ['hstore'] });
    manager = await place.startReady();
  });
  afterAll(() => place?.remove());

  test('its control socket is for its user alone', () => {
    const socket = statSync(join(place.runDirectory, 'pg-instance-manager.sock'));
    expect(socket.isSocket()).toBe(true);
    expect(socket.mode & 0o777).toBe(0o600);
    expect(socket.uid).toBe(statSync(place.dataDirectory).uid);
  });

  test('status gives the same JSON as /status when nobody looks at a terminal', async () => {
    for (const args of [['status'], ['status', '--output', 'json'], ['status', '-o', 'json']]) {
      // Something may become known between the two.
      const isSame = async () => {
        const { exitCode, stdout } = await place.command(...args);
        expect(exitCode).toBe(0);
        const { observedAt, observationAgeMs, ...rest } = JSON.parse(stdout);
        expect([typeof observedAt, typeof observationAgeMs]).toEqual(['string', 'number']);
        expect(await manager.status()).toMatchObject(rest);
      };
      await vi.waitFor(isSame, 20_000);
    }
  });

  test('status gives a table for people', async () => {
    const { exitCode, stdout } = await place.command('status', '--output', 'table');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Phase +Running$/m);
    expect(stdout).toMatch(/^PostgreSQL +18\.\d+, pid \d+, ready$/m);
    expect(stdout).toMatch(/^EXTENSION +VOLUME +FINDINGS +PROVIDES$/m);
    expect(stdout).toMatch(/^hstore +folder +0 +hstore 1\.8$/m);
    expect(stdout).toMatch(/^missing +missing +1 +-$/m);
    expect(stdout).toMatch(/^error +VolumeMissing +The image volume /m);
  });

  test('health says in one word that it is ready, quickly', async () => {
    const startMs = performance.now();
    expect(await place.command('health')).toEqual({ exitCode: 0, stdout: 'Running', stderr: '' });
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  test('status gives the table by itself on a terminal', async (context) => {
    const command = `'${process.execPath}' '${program}' status --run-dir '${place.runDirectory}'`;
    const terminal = ['script', '--quiet', '--return', '--command', command, '/dev/null'];
    const result = spawnSync('sh', ['-c', '"$@"', 'sh', ...terminal], { encoding: 'utf8' });
    context.skip(result.status === 127, 'there is no script(1) on this machine');
    expect(result.stdout).toMatch(/^Phase +Running\r?$/m);
  });

  test('reload applies the configuration before it returns', async () => {
    place.writeConfiguration(configuration.replace('5MB', '6MB'));
    const { exitCode, stdout } = await place.command('reload');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/\S/) });
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '6MB' }]);
  });

  test('reload says what is wrong with a broken configuration, and its exit code says so too', async () => {
    place.writeConfiguration('nonsense: 1\nmore: 2\n');
    const { exitCode, stdout, stderr } = await place.command('reload');
    expect({ exitCode, stdout }).toEqual({ exitCode: 70, stdout: '' });
    expect(stderr).toContain('instance.yaml:1:1: nonsense: ');
    expect(stderr).toContain('instance.yaml:2:1: more: ');
    place.writeConfiguration(configuration);
    expect((await place.command('reload')).exitCode).toBe(0);
  });

  test('restart returns when PostgreSQL accepts connections again', async () => {
    const before = (await manager.status()).postgres;
    const { exitCode, stdout } = await place.command('restart');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('restarted') });
    expect(await manager.sql('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const after = (await manager.status()).postgres;
    expect(after).toMatchObject({ ready: true, starts: before.starts + 1, crashes: before.crashes });
  });

  test('several restarts at once are all answered, and PostgreSQL runs in the end', async () => {
    const results = await Promise.all([1, 2, 3].map(() => place.command('restart')));
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect((await manager.status()).postgres).toMatchObject({ ready: true, crashes: 0 });
  });

  test('the socket knows nothing else', async () => {
    for (const [method, path] of [
      ['GET', '/restart'],
      ['POST', '/status'],
      ['POST', '/stop'],
    ] as const) {
      expect((await manager.control(method, path)).statusCode).toBe(404);
    }
  });

  test('the socket can be used by nobody else', async (context) => {
    context.skip(process.getuid?.() !== 0, 'only root can become somebody else');
    const { exitCode, stderr } = await execa(process.execPath, [program, 'status', '--run-dir', place.runDirectory], {
      uid: 12_345,
      gid: 12_345,
      cwd: '/',
      reject: false,
      stdin: 'ignore',
    });
    context.skip(/EACCES.*pg-instance-manager\.cjs|MODULE_NOT_FOUND/.test(stderr), 'the checkout is closed to others');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 69,
      stderr: expect.stringMatching(/^The control socket .+ only for the user/),
    });
  });
});

describe('a command', () => {
  test.each(['status', 'reload', 'restart'])(
    '%s ends with 69 and a sentence when there is no manager',
    async (name) => {
      await using place = await instanceFolder();
      const { exitCode, stdout, stderr } = await place.command(name);
      expect({ exitCode, stdout }).toEqual({ exitCode: 69, stdout: '' });
      expect(stderr).toMatch(/^No manager answers on \S+\/pg-instance-manager\.sock\. .+$/);
    },
  );

  test('health ends with 1 when there is no manager, and with the phase when PostgreSQL is not ready', async () => {
    await using place = await instanceFolder();
    const { exitCode, stderr } = await place.command('health');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('No manager answers');
    const manager = place.start({ binDirectory: standInForPostgres(place, 'exec sleep 60') });
    await manager.waitForLog(({ msg }) => msg === 'listening');
    expect(await place.command('health')).toEqual({ exitCode: 1, stdout: '', stderr: 'Starting' });
    await manager.stop('SIGQUIT');
  });

  test('ends with 69 also when a dead manager left its socket, and the next manager is not disturbed by it', async () => {
    await using place = await instanceFolder();
    const first = await place.startReady();
    await first.stop('SIGKILL');
    sendSignal(postmasterPid(place.dataDirectory), 'SIGINT');
    expect(await place.command('status')).toMatchObject({ exitCode: 69 });
    await expect.poll(() => postmasterPid(place.dataDirectory), { timeout: 5_000 }).toBeUndefined();
    await place.startReady();
    expect(await place.command('status')).toMatchObject({ exitCode: 0 });
  });

  test('restart ends with an error when PostgreSQL does not come back, and the manager stays', async () => {
    await using place = await instanceFolder();
    const script = `[ -e ${place.folder}/broken ] && { echo 'FATAL:  no luck' >&2; exit 1; }
exec ${join(place.binDirectory, 'postgres')} "$@"`;
    const manager = await place.startReady({ binDirectory: standInForPostgres(place, script) });
    writeFileSync(join(place.folder, 'broken'), '');
    const { exitCode, stderr } = await place.command('restart');
    expect({ exitCode, stderr }).toEqual({ exitCode: 70, stderr: expect.stringMatching(/restart/) });
    expect((await manager.get('/healthz')).statusCode).toBe(200);
    expect((await manager.get('/metrics')).body).toContain('pg_instance_manager_restarts_total{result="failed"} 1');
  });
});

test('the control socket is gone with its manager, and so are the addresses', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady();
  const { addresses } = await manager.waitForLog(({ msg }) => msg === 'listening');
  await manager.stop();
  expect(() => statSync(join(place.runDirectory, 'pg-instance-manager.sock'))).toThrow('ENOENT');
  const [status] = Array.isArray(addresses) ? addresses : [];
  await expect(askHttp('GET', `http://${status}/status`)).rejects.toThrow('ECONNREFUSED');
});
