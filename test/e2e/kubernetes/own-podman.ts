import { join } from 'node:path';
import { execa } from 'execa';
import { inject } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import type { Output } from '../support/engine-command.ts';
import { extensionImage, images } from '../support/images.ts';

/** podman with a storage of its own: the manifests' names for Pods, volumes and images meet nobody else's there. */
export interface OwnPodman {
  /** Throws what podman says when it fails, unless that is `mayFail`. */
  readonly podman: (args: readonly string[], mustSucceed?: boolean) => Promise<Output>;
  readonly remove: () => Promise<void>;
}

/** Names that the manifests have for the images of these tests. */
const publicNames: Readonly<Record<string, string>> = {
  'localhost/pg-instance-manager:18': images.postgres,
  'localhost/pg-instance-manager:manager': images.manager,
  'ghcr.io/cloudnative-pg/postgresql:18-minimal-trixie': images.base,
  'ghcr.io/cloudnative-pg/pgvector:0.8.6-18-trixie': extensionImage('pgvector'),
  'ghcr.io/cloudnative-pg/postgis-extension:3.6.4-18-trixie': extensionImage('postgis'),
};

/** Why there can be none here; undefined: there can. */
export async function whyNoPodman(): Promise<string | undefined> {
  const { exitCode, stdout } = await execa('podman', ['version', '--format', '{{.Client.Version}}'], { reject: false });
  const [major = 0, minor = 0] = exitCode === 0 ? stdout.split('.').map(Number) : [];
  if (major > 5 || (major === 5 && minor >= 3)) return undefined;
  return `it takes podman >= 5.3 (found: ${exitCode === 0 ? stdout : 'none'})`;
}

/** With the images of these tests in it, by the names of the manifests. */
export async function ownPodman(): Promise<OwnPodman> {
  const folder = temporaryFolder('podman');
  const storage = ['root', 'runroot', 'tmpdir'].flatMap((name) => [`--${name}`, join(folder, name)]);
  const script = `
    folder=$1; shift
    "$@" pod rm --all --force --time 1; "$@" volume rm --all --force; "$@" rmi --all --force
    podman unshare rm -rf "$folder" || rm -rf "$folder"`;
  const remove = atTheEnd(['sh', '-c', script, 'sh', folder, 'podman', ...storage]);
  const podman: OwnPodman['podman'] = async (args, mustSucceed = true) => {
    const { exitCode, stdout, stderr, all } = await execa('podman', [...storage, ...args], {
      all: true,
      reject: false,
      input: '',
    });
    if (exitCode === 0 || !mustSucceed) return { exitCode, stdout, stderr, all };
    throw new Error(`podman ${args.join(' ')}: exit code ${exitCode}\n${all}`);
  };

  const { engine } = inject('laboratory');
  const save = engine === 'podman' ? ['save', '--multi-image-archive'] : ['save'];
  const saved = execa(engine, [...save, ...Object.values(publicNames)], { buffer: false });
  await saved.pipe('podman', [...storage, 'load', '--quiet']);
  for (const [name, image] of Object.entries(publicNames)) await podman(['tag', image, name]);
  return { podman, remove };
}
