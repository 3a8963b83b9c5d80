import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import { hasSomethingToCheck } from './creation-scripts.ts';

const largestBytes = 16 * 1024 * 1024;
const pieceBytes = 256 * 1024;

/** Reads scripts one after the other into the same memory: most of what large ones have is data. */
export function scriptReader(): (path: string) => string | undefined {
  const held: { pieces: readonly [Buffer, Buffer] | undefined } = { pieces: undefined };
  return (path) => {
    let descriptor: number | undefined;
    try {
      const found = statSync(path);
      // A named pipe would be waited for.
      if (!found.isFile() || found.size > largestBytes) return undefined;
      descriptor = openSync(path, 'r');
      held.pieces ??= [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)];
      return partsToCheck(descriptor, held.pieces);
    } catch (error) {
      fileErrorOf(error);
      return undefined;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  };
}

/** The pieces with something to check, and those before and after them: a statement may begin in one and end in the next. */
function partsToCheck(descriptor: number, [one, other]: readonly [Buffer, Buffer]): string {
  const parts: string[] = [];
  let before: { readonly bytes: Buffer; readonly hasSomething: boolean; readonly isTaken: boolean } | undefined;
  for (let position = 0, buffer = one; ; buffer = buffer === one ? other : one) {
    const read = readSync(descriptor, buffer, 0, buffer.length, position);
    if (read === 0) return parts.join('');
    // What is left of the last line comes again with the next piece.
    const end = read < buffer.length ? read : buffer.lastIndexOf('\n') + 1 || read;
    const bytes = buffer.subarray(0, end);
    const hasSomething = hasSomethingToCheck(bytes);
    if (hasSomething && before?.isTaken === false) parts.push(before.bytes.toString('latin1'));
    const isTaken = hasSomething || before?.hasSomething === true;
    if (isTaken) parts.push(bytes.toString('latin1'));
    before = { bytes, hasSomething, isTaken };
    position += end;
  }
}
