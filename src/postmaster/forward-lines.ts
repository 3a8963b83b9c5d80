import { StringDecoder } from 'node:string_decoder';
import { splitLines } from '../lib/line-splitter.ts';

export interface LineForwarder {
  readonly write: (chunk: Buffer) => void;
  /** No more comes: what has no newline is a line, too. */
  readonly end: () => void;
}

/** Makes lines of what a pipe delivers; empty ones are left out. */
export function forwardLines(line: (line: string) => void): LineForwarder {
  const decoder = new StringDecoder('utf8');
  const text = { rest: '' };
  return {
    write: (chunk) => {
      const split = splitLines(text.rest, decoder.write(chunk));
      text.rest = split.rest;
      for (const one of split.lines) if (one !== '') line(one);
    },
    end: () => {
      if (text.rest !== '') line(text.rest);
      text.rest = '';
    },
  };
}
