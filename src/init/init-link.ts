import { Socket } from 'node:net';
import { splitLines } from '../lib/line-splitter.ts';
import type { ExitStatus } from '../postmaster/exit-status.ts';
import { type InitLine, parseInitLine } from './init-line.ts';

/** The manager's side of what docker/init/init.c describes. */
export interface InitLink {
  /** Signals come from now on, those that were held back first. */
  readonly listening: () => void;
  /** This is the postmaster, and how long a shutdown may take; undefined: there is none. */
  readonly guard: (pid: number | undefined, budgetMs: number) => void;
  /** Locks a folder for as long as the container lives. */
  readonly lock: (folder: string) => Promise<'locked' | 'busy' | 'unlockable'>;
  /** The next exit is meant; without this the manager would be started again. */
  readonly end: () => void;
  /** Of processes that only the init can wait for, because their parent has died. */
  readonly onExited: (listener: (pid: number, status: ExitStatus) => void) => void;
}

const channel = 3;

/** The descriptors are inherited; nothing is opened, so there is nothing to close. */
export function connectInit(): InitLink {
  const listeners: ((pid: number, status: ExitStatus) => void)[] = [];
  const answers: ((answer: 'locked' | 'busy' | 'unlockable') => void)[] = [];
  // Ends of the postmaster can be told before anybody asks: they are of interest as soon as it is adopted.
  const told: Extract<InitLine, { kind: 'exited' }>[] = [];
  const socket = new Socket({ fd: channel, readable: true, writable: true });
  const text = { rest: '' };

  function heard(line: InitLine): void {
    if (line.kind !== 'exited') return answers.shift()?.(line.kind);
    told.push(line);
    for (const listener of listeners) listener(line.pid, line.status);
  }

  socket.setEncoding('latin1').on('data', (chunk: string) => {
    const split = splitLines(text.rest, chunk);
    text.rest = split.rest;
    for (const line of split.lines) {
      const parsed = parseInitLine(line);
      if (parsed !== undefined) heard(parsed);
    }
  });
  socket.on('error', () => undefined); // without its init the whole container ends
  socket.unref();

  // Handed to the kernel before it returns, so the exit may come next; to an init that has died it goes nowhere.
  const say = (line: string): void => void socket.write(`${line}\n`);
  return {
    listening: () => say('listening'),
    guard: (pid, budgetMs) => say(`guard ${pid ?? 0} ${Math.ceil(budgetMs / 1000)}`),
    lock: (folder) =>
      new Promise((resolve) => {
        if (folder.includes('\n')) return resolve('unlockable');
        answers.push((answer) => {
          socket.unref();
          resolve(answer);
        });
        socket.ref();
        say(`lock ${folder}`);
      }),
    end: () => say('end'),
    onExited: (listener) => {
      listeners.push(listener);
      for (const { pid, status } of told) listener(pid, status);
    },
  };
}
