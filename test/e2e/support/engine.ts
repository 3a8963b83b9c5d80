import { execa } from 'execa';

export type EngineCommand = 'docker' | 'podman';

/** The container engine of this machine. */
export type Engine =
  | { readonly kind: 'found'; readonly command: EngineCommand; readonly version: string }
  | { readonly kind: 'absent'; readonly why: string };

/** The first major version that mounts images as volumes. */
const oldest: Readonly<Record<EngineCommand, number>> = { docker: 28, podman: 5 };

/** Docker when its server is new enough, else podman; or the one that PGIM_E2E_ENGINE names. */
export async function findEngine(): Promise<Engine> {
  const [docker, podman] = [await serverVersion('docker'), await serverVersion('podman')];
  for (const [command, version] of [['docker', docker] as const, ['podman', podman] as const]) {
    if (version !== undefined && Number.parseInt(version, 10) >= oldest[command])
      return { kind: 'found', command, version };
  }
  const seen = `docker: ${docker ?? 'none'}, podman: ${podman ?? 'none'}`;
  return { kind: 'absent', why: `it takes Docker >= ${oldest.docker} or podman >= ${oldest.podman} (${seen}).` };
}

async function serverVersion(command: EngineCommand): Promise<string | undefined> {
  if ((process.env['PGIM_E2E_ENGINE'] ?? command) !== command) return undefined;
  const format = command === 'docker' ? '{{.Server.Version}}' : '{{.Client.Version}}';
  const { exitCode, stdout } = await execa(command, ['version', '--format', format], { reject: false });
  return exitCode === 0 ? stdout.trim() : undefined;
}
