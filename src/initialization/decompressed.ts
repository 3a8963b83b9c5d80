import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

/** The text of a .gz file; what is wrong with the file is an error of the stream. */
export function gunzipped(path: string): Readable {
  return pipeline(createReadStream(path), createGunzip(), () => undefined);
}

/** The text of a .zst file. */
export function unzstd(path: string): Readable {
  return Readable.from(frames(path));
}

/** Node's decompressor ends with the first frame, and files that several threads or `cat` made have more than one. */
async function* frames(path: string): AsyncGenerator<Buffer> {
  const { size } = await stat(path);
  for (let start = 0; start < size; ) {
    const source = createReadStream(path, { start });
    const frame = pipeline(source, createZstdDecompress(), () => undefined);
    for await (const chunk of frame) yield chunk;
    source.destroy();
    if (frame.bytesWritten === 0) throw new Error(`nothing can be read at byte ${start}`);
    start += frame.bytesWritten;
  }
}
