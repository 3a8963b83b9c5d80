/** What a test tells the fake manager to do. */
export type FakeCommand =
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'exit'; readonly code: number }
  | { readonly do: 'kill'; readonly signal: NodeJS.Signals }
  | { readonly do: 'close' }
  | { readonly do: 'become-nobody' }
  | { readonly do: 'list-processes' }
  /** What is in the log pipe now. */
  | { readonly do: 'read-log' }
  /** Asks so often without reading the answers that no more of them fit into the channel. */
  | { readonly do: 'ask'; readonly times: number }
  /** Writes to stdout until it takes no more. */
  | { readonly do: 'fill-output' }
  /** SIGTERM for another process, and SIGKILL for itself. */
  | { readonly do: 'die-together'; readonly pid: number }
  /** In a session of its own: as the postmaster is. Its output is the log pipe. */
  | { readonly do: 'spawn'; readonly script: string; readonly hasOwnSession: boolean };

/** What the fake manager tells the test. */
export type FakeReport =
  | { readonly kind: 'started'; readonly pid: number }
  | { readonly kind: 'heard'; readonly line: string }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'spawned'; readonly pid: number }
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'processes'; readonly pids: readonly number[] };

/**
 * Takes the place of the manager below the real init: does and says on descriptor 3 what a test wants, also what the real
 * one never would. The text of this function is the program, so it may use nothing from outside of it.
 */
function fakeManager(): void {
  const { connect, Socket } = process.getBuiltinModule('node:net');
  const { readdirSync, readSync, writeSync } = process.getBuiltinModule('node:fs');
  const { spawn } = process.getBuiltinModule('node:child_process');
  const test = connect(process.env['FAKE_MANAGER_SOCKET'] ?? '');
  test.on('error', () => undefined).on('close', () => process.exit(1)); // the test is over
  const report = (what: FakeReport): void => void test.write(`${JSON.stringify(what)}\n`);
  const eachLine = (stream: NodeJS.ReadableStream, listener: (line: string) => void): void => {
    const held = { rest: '' };
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (held.rest + text).split('\n');
      held.rest = lines.pop() ?? '';
      for (const line of lines) listener(line);
    });
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR2', 'SIGALRM', 'SIGWINCH'] as const) {
    process.on(signal, () => report({ kind: 'signal', signal }));
  }
  const sayAll = (text: Buffer): void => {
    for (let said = 0; said < text.length; ) {
      try {
        said += writeSync(3, text.subarray(said));
      } catch {
        // full for the moment
      }
    }
  };
  const channel = new Socket({ fd: 3, readable: true, writable: false });
  eachLine(channel, (line) => report({ kind: 'heard', line }));
  eachLine(test, (line) => {
    const command: FakeCommand = JSON.parse(line);
    if (command.do === 'say') sayAll(Buffer.from(command.text));
    if (command.do === 'exit') process.exit(command.code);
    if (command.do === 'kill') process.kill(process.pid, command.signal);
    if (command.do === 'close') channel.destroy();
    if (command.do === 'become-nobody') process.setuid?.('nobody');
    if (command.do === 'read-log') {
      const buffer = Buffer.alloc(4096);
      report({ kind: 'log', text: buffer.toString('utf8', 0, readSync(4, buffer)) });
    }
    if (command.do === 'ask') {
      channel.pause();
      for (let time = 0; time < command.times; time += 1) {
        try {
          writeSync(3, 'lock /nonexistent\n');
        } catch {
          // full for the moment
        }
      }
    }
    if (command.do === 'fill-output') {
      for (const end = Date.now() + 100; Date.now() < end; ) process.stdout.write('x'.repeat(4096));
    }
    if (command.do === 'die-together') {
      process.kill(command.pid, 'SIGTERM');
      process.kill(process.pid, 'SIGKILL');
    }
    if (command.do === 'list-processes') {
      report({ kind: 'processes', pids: readdirSync('/proc').map(Number).filter(Number.isInteger) });
    }
    if (command.do === 'spawn') {
      const child = spawn('sh', ['-c', command.script], {
        detached: command.hasOwnSession,
        stdio: ['ignore', 5, 5],
      });
      report({ kind: 'spawned', pid: child.pid ?? 0 });
    }
  });
  report({ kind: 'started', pid: process.pid });
}

export const fakeManagerProgram = `(${fakeManager})();`;
