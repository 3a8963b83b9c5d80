/** What of this machine, or of the engine, is seen in a container, all of it read-only. */
export interface ContainerMount {
  readonly kind: 'folder' | 'image';
  /** A path, or the reference of an image that the engine has. */
  readonly source: string;
  readonly target: string;
}

export interface ContainerRequest {
  /** The image with PostgreSQL that users run. */
  readonly image: string;
  readonly mounts: readonly ContainerMount[];
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/**
 * The words for `docker run` and `podman run`. The container has no network, and is gone when it ends.
 * https://docs.docker.com/engine/storage/bind-mounts/, https://docs.docker.com/engine/storage/image-mounts/
 */
export function containerArguments({ image, mounts, environment, command }: ContainerRequest): readonly string[] {
  const [entrypoint = '', ...words] = command;
  return [
    ...['run', '--rm', '--network=none', '--tmpfs=/tmp'],
    // Else SELinux keeps containers from folders that are not made for them.
    '--security-opt=label=disable',
    ...Object.entries(environment).map(([name, value]) => `--env=${name}=${value}`),
    ...mounts.map((mount) => `--mount=${mountOption(mount)}`),
    `--entrypoint=${entrypoint}`,
    image,
    ...words,
  ];
}

/** Fields of CSV: what has a comma or a quote is quoted. podman knows no `readonly` of an image, which is always that. */
function mountOption({ kind, source, target }: ContainerMount): string {
  const fields = [
    `type=${kind === 'folder' ? 'bind' : 'image'}`,
    `source=${source}`,
    `target=${target}`,
    ...(kind === 'folder' ? ['readonly'] : []),
  ];
  return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}
