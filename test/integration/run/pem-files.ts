import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SelfSigned } from '../../support/self-signed.ts';
import type { InstanceFolder } from './instance-folder.ts';

export interface PemFiles {
  readonly folder: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly flags: readonly string[];
}

/** Puts a pair where the manager's user can read it, or replaces the one that is there, a file after the other. */
export function putPair(place: Pick<InstanceFolder, 'folder'>, pair: SelfSigned): PemFiles {
  const files = pemFiles(place);
  putFile(files.certificateFile, pair.cert);
  putFile(files.keyFile, pair.key);
  return files;
}

/** Lays a pair out as Kubernetes lays out a Secret, or swaps it as Kubernetes does. */
export function swapSecret(place: Pick<InstanceFolder, 'folder'>, generation: number, pair: SelfSigned): PemFiles {
  const files = pemFiles(place);
  const name = `..generation_${generation}`;
  mkdirSync(join(files.folder, name));
  writeFileSync(join(files.folder, name, 'tls.crt'), pair.cert);
  writeFileSync(join(files.folder, name, 'tls.key'), pair.key);
  symlinkSync(name, join(files.folder, '..data_tmp'));
  renameSync(join(files.folder, '..data_tmp'), join(files.folder, '..data'));
  if (generation === 1) {
    symlinkSync('..data/tls.crt', files.certificateFile);
    symlinkSync('..data/tls.key', files.keyFile);
  }
  rmSync(join(files.folder, `..generation_${generation - 1}`), { recursive: true, force: true });
  return files;
}

/** Replaces a file by rename. Anybody may read it: who the manager becomes differs from machine to machine. */
export function putFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function pemFiles(place: Pick<InstanceFolder, 'folder'>): PemFiles {
  const folder = join(place.folder, 'pem');
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const [certificateFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  return { folder, certificateFile, keyFile, flags: ['--tls-cert-file', certificateFile, '--tls-key-file', keyFile] };
}
