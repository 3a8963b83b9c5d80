import { expect, test } from 'vitest';
import { stopRequests } from '../../../src/lib/stop-requests.ts';

/** Stands in for the process: `send` is a signal that arrives. */
function signalSource() {
  const listeners = new Map<NodeJS.Signals, (signal: NodeJS.Signals) => void>();
  return {
    listeners,
    on: (signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void) => listeners.set(signal, listener),
    send: (signal: NodeJS.Signals) => listeners.get(signal)?.(signal),
  };
}

test('listens to every signal that asks to stop, from the beginning', () => {
  const source = signalSource();
  expect(stopRequests(source).isRequested()).toBe(false);
  expect([...source.listeners.keys()]).toEqual(['SIGTERM', 'SIGINT', 'SIGQUIT']);
});

test('tells of a signal that came before anybody listened', () => {
  const source = signalSource();
  const stop = stopRequests(source);
  source.send('SIGTERM');
  const heard: NodeJS.Signals[] = [];
  stop.subscribe((signal) => heard.push(signal));
  expect(heard).toEqual(['SIGTERM']);
  expect(stop.isRequested()).toBe(true);
});

test('tells of each further signal, in order and to everybody', () => {
  const source = signalSource();
  const stop = stopRequests(source);
  const first: NodeJS.Signals[] = [];
  const second: NodeJS.Signals[] = [];
  stop.subscribe((signal) => first.push(signal));
  source.send('SIGINT');
  stop.subscribe((signal) => second.push(signal));
  source.send('SIGTERM');
  source.send('SIGTERM');
  expect(first).toEqual(['SIGINT', 'SIGTERM', 'SIGTERM']);
  expect(second).toEqual(['SIGINT', 'SIGTERM', 'SIGTERM']);
});
