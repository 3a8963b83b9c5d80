// ⚡ Where a cluster of a container lives: a volume, and a port of this machine.
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { containerUser } from './contender.ts';
import type { Engine } from './engine.ts';

/** An empty volume of the engine that belongs to the containers' user; `image` is one that has chown. */
export async function createVolume(engine: Engine, image: string): Promise<string> {
  const volume = engine.name();
  await engine.docker('volume', 'create', `--label=${engine.label}`, volume);
  await engine.docker(
    ...['run', '--rm', '--pull=never', `--label=${engine.label}`, '--network=none', '--user=0', '--entrypoint=chown'],
    ...[`--mount=type=volume,source=${volume},target=/volume,volume-nocopy`, image],
    ...[`${containerUser}:${containerUser}`, '/volume'],
  );
  return volume;
}

/** pg_hba.conf of the official image lets the loopback in without a password. */
export function addressOfThisMachine(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outer = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (outer === undefined) throw new Error('this machine has no IPv4 address but the loopback');
  return outer.address;
}

/** Below the ports that the kernel gives to clients, which could take it before a server does. */
export async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  return (await isFree(port)) ? port : freePort();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
