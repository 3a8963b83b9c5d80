/** Numbers in the byte order of a file. */
export interface Words {
  readonly order: 'little' | 'big';
  readonly u16: (...values: readonly number[]) => Buffer;
  readonly u32: (...values: readonly number[]) => Buffer;
  readonly u64: (...values: readonly number[]) => Buffer;
}

export function wordsOf(order: 'little' | 'big'): Words {
  const writer =
    (bytes: number) =>
    (...values: readonly number[]): Buffer =>
      Buffer.concat(
        values.map((value) => {
          const word = Buffer.alloc(8);
          word.writeBigUInt64LE(BigInt(value));
          const little = word.subarray(0, bytes);
          return order === 'big' ? Buffer.from(little).reverse() : little;
        }),
      );
  return { order, u16: writer(2), u32: writer(4), u64: writer(8) };
}

export interface StringTable {
  /** Where a text is; it is added if it is not there. */
  readonly at: (text: string) => number;
  readonly bytes: () => Buffer;
}

export function stringTable(): StringTable {
  const places = new Map([['', 0]]);
  const texts = [Buffer.from('\0')];
  let end = 1;
  return {
    at: (text) => {
      const known = places.get(text);
      if (known !== undefined) return known;
      const at = end;
      const bytes = Buffer.from(`${text}\0`);
      texts.push(bytes);
      places.set(text, at);
      end += bytes.length;
      return at;
    },
    bytes: () => Buffer.concat(texts),
  };
}

/** DT_GNU_HASH with one bucket, whose chain is all symbols. */
export function gnuHashTable(symbols: readonly string[], { u32, u64 }: Words): Buffer {
  const hashes = symbols.map((name, index) => {
    const hash = [...Buffer.from(name)].reduce((sum, byte) => (sum * 33 + byte) % 0x1_0000_0000, 5381);
    return index === symbols.length - 1 ? (hash | 1) >>> 0 : (hash & ~1) >>> 0;
  });
  return Buffer.concat([u32(1, 1, 1, 0), u64(0), u32(symbols.length === 0 ? 0 : 1), u32(...hashes)]);
}

export function sysvHashTable(symbols: readonly string[], word: Words['u32']): Buffer {
  const chain = symbols.map((_, index) => (index === symbols.length - 1 ? 0 : index + 2));
  return word(1, symbols.length + 1, symbols.length === 0 ? 0 : 1, 0, ...chain);
}

/** `?` behind a version makes it weak. */
export function neededTable(
  needs: Readonly<Record<string, readonly string[]>>,
  { u16, u32 }: Words,
  strings: StringTable,
): Buffer {
  const files = Object.entries(needs);
  return Buffer.concat(
    files.flatMap(([file, versions], index) => {
      const next = index === files.length - 1 ? 0 : 16 + versions.length * 16;
      const head = Buffer.concat([u16(1, versions.length), u32(strings.at(file), 16, next)]);
      const entries = versions.map((version, place) => {
        const name = strings.at(version.replace('?', ''));
        const following = place === versions.length - 1 ? 0 : 16;
        return Buffer.concat([u32(0), u16(version.endsWith('?') ? 2 : 0, place + 2), u32(name, following)]);
      });
      return [head, ...entries];
    }),
  );
}

export function definedTable(versions: readonly string[], { u16, u32 }: Words, strings: StringTable): Buffer {
  return Buffer.concat(
    versions.map((version, index) => {
      const next = index === versions.length - 1 ? 0 : 28;
      const head = Buffer.concat([u16(1, index === 0 ? 1 : 0, index + 1, 1), u32(0, 20, next)]);
      return Buffer.concat([head, u32(strings.at(version), 0)]);
    }),
  );
}

/** Pg_magic_struct of fmgr.h, by the version that it says. */
export function magicBlock(version: number, abi: string, nameBytes: number, { u32, u64 }: Words): Buffer {
  const numbers = (length: number): Buffer => u32(length, version, 100, 32, nameBytes, 1);
  if (version < 1300) return Buffer.concat([numbers(28), u32(1)]);
  if (version < 1500) return numbers(24);
  const text = Buffer.alloc(32);
  text.write(abi);
  return version < 1800 ? Buffer.concat([numbers(56), text]) : Buffer.concat([numbers(72), text, u64(0, 0)]);
}

/** `optimized` and `plain` as compilers write a function that returns an address; `odd` as none does. */
export function codeOf(how: 'optimized' | 'plain' | 'odd', machine: string, code: number, returned: number): Buffer {
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  const little = wordsOf('little');
  if (how === 'odd') return Buffer.alloc(32, 0x90);
  if (machine === 'x86-64') {
    const before = hex(how === 'plain' ? 'f30f1efa554889e5' : '');
    const distance = returned - (code + before.length + 7);
    return Buffer.concat([before, hex('488d05'), little.u32(distance >>> 0), hex('c3')]);
  }
  if (machine === 'aarch64') {
    const before = how === 'plain' ? little.u32(0xd5_03_24_5f) : Buffer.alloc(0);
    const pages = (returned >> 12) - ((code + before.length) >> 12);
    const adrp = (0x90_00_00_00 | ((pages & 3) << 29) | (((pages >> 2) & 0x7_ff_ff) << 5)) >>> 0;
    const add = (0x91_00_00_00 | ((returned & 0xfff) << 10)) >>> 0;
    return Buffer.concat([before, little.u32(adrp, add, 0xd6_5f_03_c0)]);
  }
  // larl %r2 and br %r14 of s390x, which nothing here understands.
  return hex('c0200000100007fe');
}
