/** Where the bytes of files are read to. For many files one after the other, it is the same memory each time. */
export interface ScratchMemory {
  /** What is in it is anything. */
  readonly take: (bytes: number) => Buffer;
  /** All that was taken will be taken again by others. */
  readonly reset: () => void;
}

const firstBytes = 512 * 1024;
const mostBytes = 8 * 1024 * 1024;

export function scratchMemory(): ScratchMemory {
  const held = { block: Buffer.alloc(0), taken: 0 };
  return {
    take: (bytes) => {
      const start = held.taken;
      held.taken += bytes;
      return held.taken <= held.block.length ? held.block.subarray(start, held.taken) : Buffer.allocUnsafeSlow(bytes);
    },
    reset: () => {
      const wanted = Math.min(Math.max(held.taken, firstBytes), mostBytes);
      if (held.block.length < wanted) held.block = Buffer.allocUnsafeSlow(wanted);
      held.taken = 0;
    },
  };
}
