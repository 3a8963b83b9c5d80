import { EventEmitter } from 'node:events';
import { Server, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { boundCrowd } from '../../../src/http/crowd.ts';

/** A server that nobody can reach; whoever comes is said to come from that address. */
function aCrowd(most: number) {
  const server = new Server();
  const crowd = boundCrowd(server, most);
  const come = (remoteAddress?: string): Socket => {
    const socket = new Socket();
    Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
    server.emit('connection', socket);
    return socket;
  };
  return { crowd, come };
}

function dropped(sockets: readonly Socket[]): readonly boolean[] {
  return sockets.map((socket) => socket.destroyed);
}

test('the oldest goes when there is one too many', () => {
  const { come } = aCrowd(2);
  const all = [come('a'), come('a'), come('a'), come('a')];
  expect(dropped(all)).toEqual([true, true, false, false]);
});

test('who has few is not dropped for who has many, however old his are', () => {
  const { come } = aCrowd(3);
  const all = [come('probe'), come('flood'), come('flood'), come('flood'), come('flood')];
  expect(dropped(all)).toEqual([false, true, true, false, false]);
});

test('all without an address are one client', () => {
  const { come } = aCrowd(1);
  expect(dropped([come(), come()])).toEqual([true, false]);
});

test('who has left makes room', async () => {
  const { come } = aCrowd(1);
  const first = come('a');
  first.destroy();
  await EventEmitter.once(first, 'close');
  const second = come('a');
  expect(second.destroyed).toBe(false);
});

test('who is spared does not count, until he is not any more', () => {
  const { crowd, come } = aCrowd(1);
  const first = come('a');
  const noLonger = crowd.spare(first);
  const second = come('a');
  expect(dropped([first, second])).toEqual([false, false]);
  noLonger();
  const third = come('a');
  expect(dropped([first, second, third])).toEqual([true, true, false]);
  crowd.dropAll();
  expect(dropped([first, second, third])).toEqual([true, true, true]);
});
