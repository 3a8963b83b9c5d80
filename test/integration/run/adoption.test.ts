import { describe, expect, test } from 'vitest';
import { sendSignal } from '../../support/send-signal.ts';
import { instanceFolder } from './instance-folder.ts';
import { postmasterPid } from './processes.ts';

const configuration = 'parameters: { work_mem: 8MB }\n';

describe('a manager that finds the PostgreSQL of one that was killed', () => {
  test('takes it on: no session is lost, and the status tells the truth', async () => {
    await using place = await instanceFolder({ configuration });
    const first = await place.startReady();
    const { pid } = (await first.status()).postgres;
    const session = await first.client();
    await session.query('BEGIN');
    await session.query('CREATE TABLE kept (id int)');
    first.signal('SIGKILL');
    await first.exited;
    const second = await place.startReady();
    const { postgres, restartRequired, findings, phase } = await second.status();
    expect(postgres).toMatchObject({ pid, ready: true, starts: 0, crashes: 0 });
    expect({ restartRequired, findings, phase }).toEqual({
      restartRequired: { required: false, reasons: [] },
      findings: [],
      phase: 'Running',
    });
    await session.query('COMMIT');
    expect((await session.query('SELECT count(*) FROM kept')).rows).toEqual([{ count: '0' }]);
    expect(await second.stop()).toEqual({ code: 0, signal: null });
    expect(postmasterPid(place.dataDirectory)).toBeUndefined();
  });

  test('goes on with the configuration that was in force when the one on disk is wrong', async () => {
    await using place = await instanceFolder({ configuration });
    const first = await place.startReady();
    const { pid } = (await first.status()).postgres;
    await expect.poll(() => first.log().some((line) => line['action'] === 'remember-configuration')).toBe(true);
    place.writeConfiguration('parameters: [');
    await first.waitFor(({ configuration: { state } }) => state === 'invalid');
    first.signal('SIGKILL');
    await first.exited;
    const second = place.start();
    const status = await second.waitFor(({ postgres }) => postgres.ready);
    expect(status.postgres.pid).toBe(pid);
    expect(status.configuration.state).toBe('invalid');
    expect(await second.sql('SHOW work_mem')).toEqual([{ work_mem: '8MB' }]);
    place.writeConfiguration('parameters: { work_mem: 9MB }\n');
    await expect
      .poll(async () => (await second.sql('SHOW work_mem'))[0], { timeout: 10_000 })
      .toEqual({ work_mem: '9MB' });
  });

  test('reloads what was changed meanwhile, and restarts it on request', async () => {
    await using place = await instanceFolder({ configuration });
    const first = await place.startReady();
    const { pid } = (await first.status()).postgres;
    first.signal('SIGKILL');
    await first.exited;
    place.writeConfiguration('parameters: { work_mem: 9MB, max_connections: 21 }\n');
    const second = place.start();
    const status = await second.waitFor(({ restartRequired }) => restartRequired.required);
    expect(status.restartRequired.reasons).toMatchObject([{ name: 'max_connections', running: '20', desired: '21' }]);
    expect(await second.sql('SHOW work_mem')).toEqual([{ work_mem: '9MB' }]);
    expect(await place.command('restart')).toMatchObject({ exitCode: 0 });
    const { postgres } = await second.waitFor(({ restartRequired }) => !restartRequired.required);
    expect(postgres).toMatchObject({ ready: true, starts: 1, crashes: 0 });
    expect(postgres.pid).not.toBe(pid);
  });

  test('starts PostgreSQL again when it dies', async () => {
    await using place = await instanceFolder();
    const first = await place.startReady();
    first.signal('SIGKILL');
    await first.exited;
    const second = await place.startReady();
    const { pid } = (await second.status()).postgres;
    sendSignal(pid, 'SIGKILL');
    const { postgres } = await second.waitFor((status) => status.postgres.starts === 1 && status.postgres.ready);
    expect(postgres).toMatchObject({ crashes: 1, lastExit: { code: null, signal: null } });
  });

  test('is refused what another manager has: of two that find it, one takes it on', async () => {
    await using place = await instanceFolder();
    const first = await place.startReady();
    const { pid } = (await first.status()).postgres;
    first.signal('SIGKILL');
    await first.exited;
    const both = [1, 2].map((number) => place.start({ flags: ['--run-dir', `${place.folder}/run${number}`] }));
    const ended = await Promise.race(both.map(async (one) => ({ one, exit: await one.exited })));
    expect(ended.exit).toEqual({ code: 75, signal: null });
    const other = both.find((one) => one !== ended.one);
    expect((await other?.waitFor(({ postgres }) => postgres.ready))?.postgres.pid).toBe(pid);
  });
});
