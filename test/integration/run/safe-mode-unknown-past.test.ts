import { once } from 'node:events';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';

function inSafeMode(status: InstanceStatus): boolean {
  return status.postgres.ready && status.findings.some(({ reason }) => reason === 'SafeMode');
}

function subjectsOf(status: InstanceStatus): readonly string[] {
  return status.findings.filter(({ reason }) => reason === 'SafeMode').map(({ subject }) => subject);
}

/** A cluster that the manager has started before, without a word of how. */
async function withoutRecord(): Promise<InstanceFolder> {
  const place = await instanceFolder({ settings: { work_mem: '7MB' } });
  await (await place.startReady()).stop();
  rmSync(join(place.dataDirectory, 'pg-instance-manager.last-good.json'));
  return place;
}

describe('a postgresql.conf with errors, when nothing is known of an earlier start', () => {
  test('is taken without the parameters that PostgreSQL does not know', async () => {
    await using place = await withoutRecord();
    appendFileSync(join(place.dataDirectory, 'postgresql.conf'), '\nno_such_parameter = 1\nwork_memory = 2\n');
    const manager = place.start();
    const status = await manager.waitFor(inSafeMode, 20_000);
    expect(subjectsOf(status)).toEqual(['postgres', 'parameter/no_such_parameter', 'parameter/work_memory']);
    expect(status.findings.map(({ message }) => message).join()).toContain('no_such_parameter');
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
    await manager.stop();
  });

  test('is taken without the lines that are none, and as it is when they are mended', async () => {
    await using place = await withoutRecord();
    const file = join(place.dataDirectory, 'postgresql.conf');
    appendFileSync(file, "\nmaintenance_work_mem = '9MB\nsearch_path = 'a' b\n");
    const manager = place.start();
    expect(subjectsOf(await manager.waitFor(inSafeMode, 20_000))).toEqual(['postgres']);
    expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
    writeFileSync(file, "work_mem = '6MB'\nmaintenance_work_mem = '9MB'\n");
    expect(await place.command('restart')).toMatchObject({ exitCode: 0 });
    expect(subjectsOf(await manager.ready())).toEqual([]);
    expect(await manager.sql('SHOW maintenance_work_mem')).toEqual([{ maintenance_work_mem: '9MB' }]);
    await manager.stop();
  });

  test('is not taken without a line that promises something of commits', async () => {
    await using place = await withoutRecord();
    appendFileSync(join(place.dataDirectory, 'postgresql.conf'), "\nsynchronous_standby_names = 'a\n");
    const manager = place.start({ flags: ['--max-crashes', '3'] });
    expect((await manager.exited).code).not.toBe(0);
    expect(manager.output()).not.toContain('SafeMode');
  });
});

test('two things that PostgreSQL does not start with, each named when the other is gone, are both left out', async () => {
  await using place = await instanceFolder({
    configuration: 'parameters: { wal_level: minimal, ssl: "on", work_mem: 9MB }\n',
  });
  const manager = place.start();
  const status = await manager.waitFor(inSafeMode, 30_000);
  expect([...subjectsOf(status)].sort()).toEqual(['parameter/ssl', 'parameter/wal_level']);
  expect(await manager.sql('SHOW work_mem')).toEqual([{ work_mem: '9MB' }]);
  await manager.stop();
});

describe('with logging_collector, where PostgreSQL says why it ends in a file of its own', () => {
  test('the reason is in the status all the same, and a port that is taken is no setting to be left out', async () => {
    await using place = await instanceFolder({ configuration: 'parameters: { logging_collector: "on" }\n' });
    await (await place.startReady()).stop();
    await using taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    place.writeConfiguration(
      `parameters: { logging_collector: "on", listen_addresses: 127.0.0.1, port: ${address.port}, work_mem: 9MB }\n`,
    );
    const manager = place.start({ flags: ['--max-crashes', '3'] });
    const { postgres } = await manager.waitFor((status) => status.postgres.lastFatal.length > 0, 10_000);
    expect(postgres.lastFatal.join()).toContain('Address already in use');
    expect((await manager.exited).code).not.toBe(0);
    expect(manager.output()).not.toContain('SafeMode');
  });

  test('what is named only there is left out', async () => {
    await using place = await instanceFolder({
      configuration: 'parameters: { logging_collector: "on", ssl: "on", work_mem: 9MB }\n',
    });
    const manager = place.start();
    const status = await manager.waitFor(inSafeMode, 30_000);
    expect(subjectsOf(status)).toEqual(['parameter/ssl']);
    expect(status.findings.map(({ message }) => message).join()).toContain('could not load server certificate file');
    await manager.stop();
  });
});
