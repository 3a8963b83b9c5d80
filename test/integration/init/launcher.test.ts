import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layOutPayload, type Payload } from '../../support/payload.ts';
import { sendSignal } from '../../support/send-signal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { firstProcess, needsNamespaces, startInit } from './running-init.ts';

const echo = { script: '#!/bin/sh\nfor one; do echo "<$one>"; done\nexit 4\n' };

function execute(payload: Payload, ...args: readonly string[]) {
  const { status, signal, stdout, stderr } = spawnSync(payload.launcher, args, {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
  });
  return { status, signal, stdout, stderr };
}

describe('the launcher', () => {
  const payload = layOutPayload({ build: 'sanitized', node: echo });
  const start = `<--disable-sigusr1>\n<--max-semi-space-size=2>\n<--min-semi-space-size=2>\n<${payload.folder}/lib/pg-instance-manager.cjs>\n`;

  test.each([[[]], [['status', '--json', 'a b', '']], [['--version']], [['health']]])(
    'becomes Node.js for %j',
    (args) => {
      const stdout = start + args.map((one) => `<${one}>\n`).join('');
      expect(execute(payload, ...args)).toEqual({ status: 4, signal: null, stdout, stderr: '' });
    },
  );

  test('says when there are more arguments than it takes', () => {
    expect(execute(payload, 'status', ...Array.from({ length: 300 }, () => 'x'))).toMatchObject({
      status: 64,
      stderr: 'pg-instance-manager: more than 250 arguments.\n',
    });
  });

  test('executes any other command as it was given', () => {
    expect(execute(payload, 'run', 'sh', '-c', 'echo "$0 $#"; exit 12', 'a b', 'c')).toMatchObject({
      status: 12,
      stdout: 'a b 1\n',
    });
    expect(execute(payload, 'run', 'sh', '-c', 'kill -TERM $$')).toMatchObject({ signal: 'SIGTERM' });
    expect(execute(payload, 'run', 'missing')).toMatchObject({
      status: 127,
      stderr: 'pg-instance-manager: missing cannot be executed: No such file or directory.\n',
    });
    expect(execute(payload, 'run', '/etc/passwd')).toMatchObject({
      status: 126,
      stderr: 'pg-instance-manager: /etc/passwd cannot be executed: Permission denied.\n',
    });
  });

  test('leaves such a command all alone: nothing is blocked or ignored, nothing open, nothing in between', async (context) => {
    needsNamespaces(context);
    const script = 'trap "exit 9" TERM; echo $$; grep ^Sig /proc/self/status; ls /proc/self/fd; echo; sleep 30 & wait';
    const [asGiven, ours] = await Promise.all([
      firstWords(...firstProcess, 'sh', '-c', script),
      firstWords(...firstProcess, payload.launcher, 'run', 'sh', '-c', script),
    ]);
    asGiven.child.kill('SIGKILL');
    expect(ours.text).toMatch(/^1\n/);
    expect(ours.text).toBe(asGiven.text);
    const [inside] = readFileSync(`/proc/${ours.child.pid}/task/${ours.child.pid}/children`, 'utf8').split(' ');
    sendSignal(Number(inside), 'SIGTERM');
    expect(await new Promise((resolve) => ours.child.once('exit', resolve))).toBe(9);
  });
});

describe('a Node.js that cannot be executed', () => {
  const notRestarted = /^pg-instance-manager: .+\n$/;

  test.each([['run'], ['run', '--flag'], ['run', 'postgres'], ['status']])(
    'is one sentence and exit code 71: %s %s',
    (...args) => {
      const payload = layOutPayload({ build: 'sanitized', node: undefined });
      const { status, stderr, stdout } = execute(payload, ...args.filter((one) => one !== undefined));
      expect({ status, stdout }).toEqual({ status: 71, stdout: '' });
      expect(stderr).toMatch(notRestarted);
      expect(stderr).toContain('/lib/node cannot be executed: No such file or directory.');
    },
  );

  test('because there is no loader for it names the loader', async () => {
    const folder = temporaryFolder('musl');
    writeFileSync(`${folder}/main.c`, 'int main(void) { return 0; }');
    const linked = spawnSync('gcc', ['-Wl,--dynamic-linker=/nonexistent', '-o', `${folder}/node`, `${folder}/main.c`]);
    expect(linked.status).toBe(0);
    await using init = await startInit({ node: { file: `${folder}/node` }, isChild: true });
    expect(await init.exited).toEqual({ code: 71, signal: null });
    expect(init.output()).toMatch(notRestarted);
    expect(init.output()).toContain('needs the loader of glibc, and this image has none');
  });
});

describe('install', () => {
  const payload = layOutPayload({ build: 'static', node: { file: '/bin/sleep' }, program: 'program\n' });

  test('makes the same tree with the same modes, whatever the umask, and does so again', () => {
    mkdirSync(join(payload.folder, 'licenses/npm'), { recursive: true });
    writeFileSync(join(payload.folder, 'licenses/npm/empty'), '', { mode: 0o640 });
    writeFileSync(join(payload.folder, 'licenses/long'), 'long '.repeat(100_000), { mode: 0o604 });
    const target = join(temporaryFolder('install'), 'controller');
    for (const _time of [1, 2]) {
      const { status, stderr } = spawnSync(
        'sh',
        ['-c', `umask 077; exec "$0" install "$1"`, payload.launcher, target],
        { encoding: 'utf8' },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(treeOf(target)).toEqual(treeOf(payload.folder));
    }
    expect(
      execute({ ...payload, launcher: join(target, 'bin/pg-instance-manager') }, 'install', `${target}2`).status,
    ).toBe(0);
  });

  test('replaces a copy that runs', () => {
    const target = temporaryFolder('install');
    expect(execute(payload, 'install', target).status).toBe(0);
    const running = spawn(join(target, 'lib/node'), ['600']);
    try {
      expect(execute(payload, 'install', target)).toMatchObject({ status: 0, stderr: '' });
      expect(running.exitCode).toBeNull();
    } finally {
      running.kill('SIGKILL');
    }
    expect(readdirSync(join(target, 'bin'))).toEqual(['pg-instance-manager']);
  });

  test('refuses a folder inside of itself, and itself', () => {
    const inside = mkdtempSync(join(payload.folder, 'lib/inside-'));
    for (const target of [inside, join(payload.folder, 'lib/..'), payload.folder]) {
      const { status, stderr } = execute(payload, 'install', target);
      expect({ status, stderr }).toEqual({
        status: 64,
        stderr: `pg-instance-manager install: ${target} is in the folder that is to be copied; name another one.\n`,
      });
    }
    rmSync(inside, { recursive: true });
    expect(execute(payload, 'install', `${payload.folder}-beside`)).toMatchObject({ status: 0, stderr: '' });
    rmSync(`${payload.folder}-beside`, { recursive: true });
  });

  test('says what it cannot write to', () => {
    expect(execute(payload, 'install', '/nonexistent/deep')).toMatchObject({
      status: 73,
      stderr: 'pg-instance-manager install: /nonexistent/deep: No such file or directory.\n',
    });
    expect(execute(payload, 'install')).toMatchObject({
      status: 64,
      stderr: 'Usage: pg-instance-manager install FOLDER\n',
    });
    const full = join(temporaryFolder('full'), 'lib');
    mkdirSync(join(full, 'bin/pg-instance-manager/in-its-way'), { recursive: true });
    expect(execute(payload, 'install', full)).toMatchObject({
      status: 73,
      stderr: expect.stringContaining('Is a directory'),
    });
    expect(readdirSync(join(full, 'bin'))).toEqual(['pg-instance-manager']);
  });
});

/** Up to an empty line. */
async function firstWords(command: string, ...args: readonly string[]) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const text = await new Promise<string>((resolve) => {
    const held = { text: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      held.text += chunk;
      if (held.text.endsWith('\n\n')) resolve(held.text);
    });
  });
  return { child, text };
}

/** Paths with kind, mode and content. */
function treeOf(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const { mode } = statSync(join(folder, path));
      const isFolder = (mode & 0o040000) !== 0;
      return [path, `${mode.toString(8)} ${isFolder ? '' : readFileSync(join(folder, path), 'base64')}`];
    }),
  );
}
