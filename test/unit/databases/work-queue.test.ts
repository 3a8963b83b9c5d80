import { expect, test } from 'vitest';
import { workQueue } from '../../../src/databases/work-queue.ts';

function aQueue(most: number) {
  const began: string[] = [];
  const open = new Map<string, () => void>();
  const idles = { count: 0 };
  const queue = workQueue<string>(
    most,
    (name) => {
      began.push(name);
      return new Promise((resolve) => open.set(name, resolve));
    },
    () => {
      idles.count += 1;
    },
  );
  const finish = async (name: string): Promise<void> => {
    open.get(name)?.();
    await new Promise<void>((resolve) => queueMicrotask(resolve));
    await Promise.resolve();
    await Promise.resolve();
  };
  return { queue, began, finish, idles };
}

test('no more than so many are worked on at a time', async () => {
  const { queue, began, finish } = aQueue(2);
  queue.add(['a', 'b', 'c']);
  expect(began).toEqual(['a', 'b']);
  await finish('b');
  expect(began).toEqual(['a', 'b', 'c']);
});

test('the urgent ones come first, in their order', async () => {
  const { queue, began, finish } = aQueue(1);
  queue.add(['a', 'b', 'c', 'd'], new Set(['c', 'd']));
  for (const name of ['c', 'd', 'a']) await finish(name);
  expect(began).toEqual(['c', 'd', 'a', 'b']);
});

test('one that is added while it is worked on comes again, never twice at a time', async () => {
  const { queue, began, finish } = aQueue(2);
  queue.add(['a']);
  queue.add(['a']);
  expect(began).toEqual(['a']);
  await finish('a');
  expect(began).toEqual(['a', 'a']);
});

test('one that takes long holds nothing else up', async () => {
  const { queue, began, finish } = aQueue(2);
  queue.add(['slow', 'a', 'b', 'c']);
  for (const name of ['a', 'b', 'c']) await finish(name);
  expect(began).toEqual(['slow', 'a', 'b', 'c']);
});

test('it says when nothing waits and nothing is worked on any more', async () => {
  const { queue, finish, idles } = aQueue(2);
  queue.add(['a', 'b']);
  await finish('a');
  expect(idles.count).toBe(0);
  expect(queue.isIdle()).toBe(false);
  await finish('b');
  expect(idles.count).toBe(1);
  expect(queue.isIdle()).toBe(true);
});

test('what waits can be forgotten', async () => {
  const { queue, began, finish, idles } = aQueue(1);
  queue.add(['a', 'b']);
  queue.clear();
  await finish('a');
  expect(began).toEqual(['a']);
  expect(idles.count).toBe(1);
});
