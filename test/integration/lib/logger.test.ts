import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { openLog } from '../../../src/lib/logger.ts';

/** As a pipe that nobody reads, until `read`. */
function unread(): { readonly output: Writable; readonly read: () => Promise<string> } {
  const held: { waiting: (() => void) | undefined; text: string; isRead: boolean } = {
    ...{ waiting: undefined, text: '', isRead: false },
  };
  const output = new Writable({
    write: (chunk: Buffer, _, done) => {
      held.text += chunk.toString();
      if (held.isRead) done();
      else held.waiting = done;
    },
  });
  return {
    output,
    read: async () => {
      held.isRead = true;
      held.waiting?.();
      await new Promise((resolve) => output.write('', resolve));
      return held.text;
    },
  };
}

test.each(['json', 'pretty'] as const)(
  'what nobody reads in the format %s takes 16 MiB at the most, and what is lost is told afterwards',
  async (format) => {
    const { output, read } = unread();
    const { logger } = await openLog({ format, level: 'info' }, output);
    for (let line = 0; line < 30_000; line += 1) logger.info('x'.repeat(1_000));
    expect(output.writableLength).toBeLessThan(17 * 1024 * 1024);
    await read();
    logger.info('again');
    const end = (await read()).slice(-1_000);
    expect(end).toMatch(/lines of the log were lost[\s\S]*again/);
  },
);
