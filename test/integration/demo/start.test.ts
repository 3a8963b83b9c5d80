import { cp, mkdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { findFreePort, makeOpenFolder } from './demo-server.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/** Stands in for the program: says how it was started, counts signals, and ends half a second after the last. */
const fakeProgram = `
const signals = [];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    signals.push(signal);
    setTimeout(() => { console.log('signals ' + signals.join(' ')); process.exit(42); }, 300);
  });
}
setInterval(() => {}, 1000);
console.log('started ' + JSON.stringify({ args: process.argv.slice(2), port: process.env.PGPORT }));
`;

let checkout = '';
let ports: readonly number[] = [];

beforeAll(async () => {
  checkout = await realpath(await makeOpenFolder());
  await cp(join(project, 'src/demo'), join(checkout, 'src/demo'), { recursive: true });
  await writeFile(join(checkout, 'package.json'), '{ "type": "module" }');
  await symlink(join(project, 'node_modules'), join(checkout, 'node_modules'));
  await mkdir(join(checkout, 'dist'));
  await writeFile(join(checkout, 'dist/pg-instance-manager.cjs'), fakeProgram);
});
beforeEach(async () => {
  ports = await Promise.all([findFreePort(), findFreePort(), findFreePort()]);
});
afterAll(() => rm(checkout, { recursive: true }));

interface StartedDemo {
  readonly pid: number | undefined;
  kill(signal: NodeJS.Signals): void;
  /** What it said so far, as soon as it has said `text`. */
  readUntil(text: string): Promise<string>;
  readonly ended: Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode: number | undefined }>;
}

function startDemo(...extra: string[]): StartedDemo {
  const [port, status, metrics] = ports;
  const args = [`--status-address=127.0.0.1:${status}`, '--metrics-address', `127.0.0.1:${metrics}`, ...extra];
  const env = { PGPORT: String(port) };
  const demo = execa(process.execPath, [join(checkout, 'src/demo/start.ts'), ...args], { env, reject: false });
  let output = '';
  demo.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = demo.then(({ stdout, stderr, exitCode }) => ({ stdout, stderr, exitCode }));
  return {
    pid: demo.pid,
    kill: (signal) => demo.kill(signal),
    readUntil: async (text) => {
      await vi.waitFor(() => expect(output).toMatch(new RegExp(`${text}.*\n`)), { timeout: 30_000, interval: 20 });
      return output;
    },
    ended,
  };
}

it('lays out its folder, says what it is, and runs the program in it', async () => {
  const demo = startDemo('--log-format', 'json');
  const output = await demo.readUntil('started');
  demo.kill('SIGTERM');
  const { exitCode } = await demo.ended;
  const folder = join(checkout, '.demo');
  const started = JSON.parse(output.slice(output.indexOf('started ') + 'started '.length));
  expect(started).toMatchObject({ port: String(ports[0]) });
  expect(started.args).toEqual(expect.arrayContaining(['run', '--config', `${folder}/config`, '--log-format', 'json']));
  expect(output).toContain(`127.0.0.1:${ports[0]}, user postgres`);
  expect(output).toContain(`curl http://127.0.0.1:${ports[1]}/readyz`);
  expect(await readFile(join(folder, 'config/instance.yaml'), 'utf8')).toContain('name: uuid-ossp');
  expect(exitCode).toBe(42);
}, 60_000);

it('hands one Ctrl-C on once, however many copies of it arrive', async () => {
  const demo = startDemo();
  await demo.readUntil('started');
  demo.kill('SIGINT');
  demo.kill('SIGINT');
  setTimeout(() => demo.kill('SIGINT'), 50);
  expect(await demo.readUntil('signals')).toContain('signals SIGINT\n');
  expect((await demo.ended).exitCode).toBe(42);
}, 60_000);

it('says in a sentence that it is running already', async () => {
  const demo = startDemo();
  await demo.readUntil('started');
  const second = await startDemo().ended;
  demo.kill('SIGTERM');
  await demo.ended;
  expect(second.stderr).toBe(
    `The demo is running already (process ${demo.pid}): use that one, or stop it with Ctrl-C.`,
  );
  expect(second.exitCode).toBe(1);
}, 60_000);

it('says in a sentence which port is busy, and starts nothing', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(ports[1], '127.0.0.1', resolve));
  const { stderr, stdout, exitCode } = await startDemo().ended;
  server.close();
  expect(stderr).toContain(`Port ${ports[1]} on 127.0.0.1 is in use by another program`);
  expect(stdout).toBe('');
  expect(exitCode).toBe(1);
});

it('says in a sentence that the program has to be built', async () => {
  const program = join(checkout, 'dist/pg-instance-manager.cjs');
  await rm(program);
  const { stderr, exitCode } = await startDemo().ended;
  await writeFile(program, fakeProgram);
  expect(stderr).toBe(`${program} is not there: make it with npm run build.`);
  expect(exitCode).toBe(1);
});

it('says in a sentence what the system refused', async () => {
  await rm(join(checkout, '.demo/layout-version'), { force: true });
  await mkdir(join(checkout, '.demo/layout-version'), { recursive: true });
  const { stderr, exitCode } = await startDemo().ended;
  await rm(join(checkout, '.demo/layout-version'), { recursive: true });
  expect(stderr).toMatch(/^The demo cannot start: .*layout-version/);
  expect(stderr.split('\n')).toHaveLength(1);
  expect(exitCode).toBe(1);
});
