import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { symbolHash } from '../../src/elf/symbol-hash.ts';

/** `change` gives other bytes, or changes those that it gets. The file is a new one: another link to the old one keeps it. */
export function patchModule(path: string, change: (bytes: Buffer) => unknown): void {
  const bytes = readFileSync(path);
  const changed = change(bytes);
  rmSync(path);
  writeFileSync(path, Buffer.isBuffer(changed) ? changed : bytes);
}

/** All texts that are exactly `from`, which has the length of `to`. */
export function renameInStrings(bytes: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error(`${from} and ${to} are not of one length`);
  const wanted = `\0${from}\0`;
  if (!bytes.includes(wanted)) throw new Error(`there is no ${from}`);
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) bytes.write(to, at + 1, 'latin1');
  return bytes;
}

/** A symbol that a library has for others gets another name: in its strings, and in the table by which it is found. */
export function renameSymbol(bytes: Buffer, from: string, to: string): Buffer {
  const renamed = renameInStrings(bytes, from, to);
  const [old, other] = [symbolHash(from), symbolHash(to)];
  for (const last of [0, 1]) {
    const wanted = Buffer.alloc(4);
    wanted.writeUInt32LE(((old & ~1) | last) >>> 0);
    for (let at = renamed.indexOf(wanted); at >= 0; at = renamed.indexOf(wanted, at + 1)) {
      // The last of a chain is told by that bit.
      if (at % 4 === 0) renamed.writeUInt32LE(((other & ~1) | last) >>> 0, at);
    }
  }
  return renamed;
}

/** That of versions of symbols: https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.dynamic.html#hash */
export function elfHash(name: string): number {
  return [...Buffer.from(name)].reduce((sum, byte) => {
    const shifted = ((sum << 4) >>> 0) + byte;
    const high = shifted & 0xf0_00_00_00;
    return ((shifted ^ (high >>> 24)) & ~high) >>> 0;
  }, 0);
}
