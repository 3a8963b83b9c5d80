import { chmodSync, cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { demoImages } from '../../../src/demo/demo-layout.ts';
import { findEmbeddedPostgres } from '../../../src/demo/embedded-postgres.ts';
import { layOutDemo } from '../../../src/demo/lay-out-demo.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** The images that are carved out of the embedded server. */
export type ImageName = (typeof demoImages)[number]['name'];

/** Puts a copy of an image into the extensions folder, all at once, as a mount would. */
export async function addImage(image: ImageName, extensionsDirectory: string): Promise<void> {
  const copy = `${extensionsDirectory}.${image}`;
  cpSync(join(await carvedServer(), 'extensions', image), copy, { recursive: true });
  renameSync(copy, join(extensionsDirectory, image));
}

const cache: { server?: Promise<string> } = {};

/** The folder with the server and the images that were carved out of it. */
export function carvedServer(): Promise<string> {
  cache.server ??= carve();
  return cache.server;
}

async function carve(): Promise<string> {
  const source = await findEmbeddedPostgres(process.platform, process.arch);
  if (source.kind === 'not-found') throw new Error(source.message);
  const folder = temporaryFolder('server');
  chmodSync(folder, 0o755);
  await layOutDemo(source, folder);
  return folder;
}
