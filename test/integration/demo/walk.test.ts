import { cp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { sendSignal } from '../../support/send-signal.ts';
import { findFreePort, makeOpenFolder } from './demo-server.ts';

// The walk of the README, with the real program and a real PostgreSQL, in a checkout of its own.

const project = fileURLToPath(new URL('../../..', import.meta.url));

let checkout = '';
let ports: readonly number[] = [];

beforeAll(async () => {
  checkout = await realpath(await makeOpenFolder());
  for (const part of ['src', 'dist', 'package.json']) {
    await cp(join(project, part), join(checkout, part), { recursive: true });
  }
  await symlink(join(project, 'node_modules'), join(checkout, 'node_modules'));
  ports = await Promise.all([findFreePort(), findFreePort(), findFreePort()]);
});
afterAll(() => rm(checkout, { recursive: true }));

const environment = (): { readonly PGPORT: string } => ({ PGPORT: String(ports[0]) });

function node(...args: readonly string[]) {
  return execa(process.execPath, [...args], { cwd: checkout, env: environment(), reject: false });
}

function startDemo() {
  const [, status, metrics] = ports;
  const addresses = ['--status-address', `127.0.0.1:${status}`, '--metrics-address', `127.0.0.1:${metrics}`];
  return node('src/demo/start.ts', ...addresses);
}

function sql(statement: string) {
  return node('src/demo/sql.ts', statement);
}

function manager(...args: readonly string[]) {
  return node('dist/pg-instance-manager.cjs', ...args, '--run-dir', join(checkout, '.demo/run'));
}

async function status(): Promise<InstanceStatus> {
  const response = await fetch(`http://127.0.0.1:${ports[1]}/status`);
  return (await response.json()) as InstanceStatus;
}

function eventually(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 50 });
}

async function edit(change: (text: string) => string): Promise<void> {
  const file = join(checkout, '.demo/config/instance.yaml');
  await writeFile(file, change(await readFile(file, 'utf8')));
}

async function ready(): Promise<void> {
  expect((await fetch(`http://127.0.0.1:${ports[1]}/readyz`)).status).toBe(200);
}

test('everything that the README walks through happens as it says', { timeout: 120_000 }, async () => {
  const demo = startDemo();
  await eventually(ready);
  expect((await sql('CREATE EXTENSION "uuid-ossp"; SELECT uuid_generate_v4();')).stdout).toMatch(/-4[0-9a-f]{3}-/);
  expect((await sql('CREATE EXTENSION earthdistance CASCADE')).exitCode).toBe(0);
  expect((await sql('CREATE EXTENSION pg_stat_statements; SELECT count(*) FROM pg_stat_statements')).exitCode).toBe(0);

  await edit((text) => text.replace('    ld_library_path: [system]\n', ''));
  await eventually(async () =>
    expect((await status()).restartRequired).toEqual({
      required: true,
      reasons: [
        {
          name: 'LD_LIBRARY_PATH',
          running: expect.stringMatching(/\/uuid-ossp\/system$/),
          desired: null,
          extensions: ['uuid-ossp'],
        },
      ],
    }),
  );
  expect(await manager('restart')).toMatchObject({ exitCode: 0 });
  expect((await status()).restartRequired.required).toBe(false);
  expect((await sql('SELECT uuid_generate_v4()')).stderr).toContain('libossp-uuid.so.16');

  await edit((text) => text.replace('  - name: uuid-ossp\n', '  - name: uuid-ossp\n    ld_library_path: [system]\n'));
  await eventually(async () => expect((await status()).restartRequired.required).toBe(true));
  expect(await manager('restart')).toMatchObject({ exitCode: 0 });
  expect((await sql('SELECT uuid_generate_v4()')).exitCode).toBe(0);

  const { pid } = (await status()).postgres;
  await edit((text) => `${text}extensions: [\n`);
  await eventually(async () => expect((await status()).configuration.state).toBe('invalid'));
  expect(await status()).toMatchObject({ postgres: { pid, ready: true }, phase: 'Running' });
  await edit((text) => text.replace(/extensions: \[\n$/, ''));
  await eventually(async () => expect((await status()).configuration.state).toBe('applied'));

  demo.kill('SIGINT');
  expect(await demo).toMatchObject({ exitCode: 0 });
});

test('a second start goes on with the same data', { timeout: 60_000 }, async () => {
  const demo = startDemo();
  await eventually(ready);
  expect((await sql('SELECT uuid_generate_v4()')).exitCode).toBe(0);
  demo.kill('SIGINT');
  expect(await demo).toMatchObject({ exitCode: 0 });
});

test('a start after the program was killed goes on with the PostgreSQL that it left behind', {
  timeout: 60_000,
}, async () => {
  const killed = startDemo();
  await eventually(ready);
  const before = await status();
  sendSignal(before.manager.pid, 'SIGKILL');
  await killed;
  const demo = startDemo();
  await eventually(ready);
  expect((await status()).postgres.pid).toBe(before.postgres.pid);
  demo.kill('SIGINT');
  expect(await demo).toMatchObject({ exitCode: 0 });
});
