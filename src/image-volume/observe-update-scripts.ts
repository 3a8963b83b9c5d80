import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as letOthers } from 'node:timers/promises';
import { fileErrorOf } from '../lib/read-limited-file.ts';
import { hasLibdirLoad, libdirLoadScanner } from './libdir-loads.ts';

/** A script of an extension that loads a library from the server's own folder. */
export interface LibdirLoad {
  readonly image: string;
  /** Where the script is: `/extensions/postgis/share/extension`. */
  readonly folder: string;
  /** Its file name: `postgis--ANY--3.6.4.sql`. */
  readonly script: string;
  /** As the script names it: `$libdir/postgis-3`. */
  readonly library: string;
}

/** An image, as far as its scripts are concerned. */
export interface ScriptSource {
  readonly name: string;
  /** Elements of extension_control_path, which end before `/extension`. */
  readonly controlPath: readonly string[];
}

export interface UpdateScriptReader {
  /**
   * Reads the scripts that have not been read before, in small pieces: an image can bring 30 MB of them. Files that
   * cannot be read are left out, and so is what comes after `stop`.
   */
  readonly look: (images: readonly ScriptSource[], stop: AbortSignal) => Promise<readonly LibdirLoad[]>;
}

interface Script extends Pick<LibdirLoad, 'image' | 'folder' | 'script'> {
  readonly path: string;
  /** Another one when the file is. */
  readonly key: string;
}

const pieceBytes = 64 * 1024;
const largePieceBytes = 256 * 1024;
/** A statement that is looked for is shorter; so much of a piece is read again with the next one. */
const overlapBytes = 1024;
const filesInOneGo = 200;

/** Remembers what it has read for as long as the files are the same. */
export function updateScriptReader(): UpdateScriptReader {
  const held: { known: ReadonlyMap<string, readonly string[]> } = { known: new Map() };
  return {
    look: async (images, stop) => {
      const piece = Buffer.allocUnsafeSlow(pieceBytes);
      const known = new Map<string, readonly string[]>();
      const loads: LibdirLoad[] = [];
      for (const { path, key, ...script } of await listScripts(images, stop)) {
        if (stop.aborted) break;
        const libraries = held.known.get(key) ?? (await librariesOf(path, piece, stop));
        if (libraries === undefined) continue;
        known.set(key, libraries);
        loads.push(...libraries.map((library) => ({ ...script, library })));
      }
      // What was begun and not finished says nothing about files that are gone.
      held.known = stop.aborted ? new Map([...held.known, ...known]) : known;
      return loads;
    },
  };
}

/**
 * The same at once, for who has nobody waiting beside it: three times as fast as in small pieces. `passedOver`: paths of
 * scripts that are not looked into.
 */
export function observeLibdirLoads(
  images: readonly ScriptSource[],
  passedOver: ReadonlySet<string>,
): readonly LibdirLoad[] {
  const piece = Buffer.allocUnsafeSlow(largePieceBytes);
  return images.flatMap(({ name: image, controlPath }) =>
    controlPath.flatMap((path) => {
      const folder = `${path}/extension`;
      return scriptNames(folder).flatMap((script) => {
        const file = `${folder}/${script}`;
        const libraries = passedOver.has(file) ? [] : librariesIn(file, piece);
        return libraries.map((library) => ({ image, folder, script, library }));
      });
    }),
  );
}

function librariesIn(path: string, piece: Buffer): readonly string[] {
  if (keyOf(path) === undefined) return [];
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    return mayLoadAtOnce(descriptor, piece) ? [...scanAtOnce(descriptor, piece)] : [];
  } catch (error) {
    fileErrorOf(error);
    return [];
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function mayLoadAtOnce(descriptor: number, piece: Buffer): boolean {
  for (let position = 0; ; position += piece.length - overlapBytes) {
    const read = readSync(descriptor, piece, 0, piece.length, position);
    if (hasLibdirLoad(piece.subarray(0, read))) return true;
    if (read < piece.length) return false;
  }
}

function scanAtOnce(descriptor: number, piece: Buffer): readonly string[] {
  const scanner = libdirLoadScanner();
  for (let position = 0; ; position += piece.length) {
    const read = readSync(descriptor, piece, 0, piece.length, position);
    scanner.push(piece.toString('latin1', 0, read));
    if (read < piece.length) return scanner.end();
  }
}

/** What CREATE EXTENSION and ALTER EXTENSION run: https://www.postgresql.org/docs/18/extend-extensions.html */
async function listScripts(images: readonly ScriptSource[], stop: AbortSignal): Promise<readonly Script[]> {
  const scripts: Script[] = [];
  for (const { name: image, controlPath } of images) {
    for (const folder of controlPath.map((path) => `${path}/extension`)) {
      for (const [index, script] of scriptNames(folder).entries()) {
        // One by one through the thread pool, a thousand would cost a hundred times as much.
        if (index % filesInOneGo === filesInOneGo - 1) await letOthers();
        if (stop.aborted) return scripts;
        const path = `${folder}/${script}`;
        const key = keyOf(path);
        if (key !== undefined) scripts.push({ image, folder, script, path, key });
      }
    }
  }
  return scripts;
}

function scriptNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.sql') && name.includes('--'))
      .sort();
  } catch (error) {
    // Missing, or closed to us: the look at the image says it.
    fileErrorOf(error);
    return [];
  }
}

/** Undefined: not a file. A named pipe would keep a thread for good. */
function keyOf(path: string): string | undefined {
  try {
    const status = statSync(path);
    return status.isFile() ? `${path}:${status.ino}:${status.size}:${status.mtimeMs}` : undefined;
  } catch (error) {
    fileErrorOf(error);
    return undefined;
  }
}

/** Undefined: not read to its end. */
async function librariesOf(path: string, piece: Buffer, stop: AbortSignal): Promise<readonly string[] | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const libraries = (await mayLoad(file, piece, stop)) ? await scan(file, piece, stop) : [];
    return stop.aborted ? undefined : libraries;
  } catch (error) {
    fileErrorOf(error);
    return undefined;
  } finally {
    await file?.close();
  }
}

async function mayLoad(file: FileHandle, piece: Buffer, stop: AbortSignal): Promise<boolean> {
  for (let position = 0; !stop.aborted; ) {
    const { bytesRead } = await file.read(piece, 0, pieceBytes, position);
    if (hasLibdirLoad(piece.subarray(0, bytesRead))) return true;
    if (bytesRead <= overlapBytes) return false;
    position += bytesRead - overlapBytes;
  }
  return false;
}

async function scan(file: FileHandle, piece: Buffer, stop: AbortSignal): Promise<readonly string[]> {
  const scanner = libdirLoadScanner();
  for (let position = 0; !stop.aborted; ) {
    const { bytesRead } = await file.read(piece, 0, pieceBytes, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    scanner.push(piece.toString('latin1', 0, bytesRead));
  }
  return scanner.end();
}
