import { expect, test } from 'vitest';
import { scratchMemory } from '../../../src/elf/scratch-memory.ts';

test('what is taken is one behind the other until all of it is given back', () => {
  const memory = scratchMemory();
  memory.reset();
  const [one, other] = [memory.take(10).fill(1), memory.take(20).fill(2)];
  expect([one.length, other.length]).toEqual([10, 20]);
  expect([...one, ...other]).toEqual([...Array(10).fill(1), ...Array(20).fill(2)]);
  memory.reset();
  expect([...memory.take(10)]).toEqual([...one]);
});

test('what does not fit is memory of its own, and fits the next time', () => {
  const memory = scratchMemory();
  memory.reset();
  const large = memory.take(1_000_000);
  expect(large.length).toBe(1_000_000);
  expect(memory.take(10).buffer).not.toBe(large.buffer);
  memory.reset();
  expect(memory.take(1_000_000).buffer).toBe(memory.take(0).buffer);
});

test('what is larger than it may become is memory of its own each time', () => {
  const memory = scratchMemory();
  for (let round = 0; round < 3; round += 1) {
    memory.reset();
    expect(memory.take(20_000_000).length).toBe(20_000_000);
    expect(memory.take(5).length).toBe(5);
  }
});
