import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { execa } from 'execa';
import pg from 'pg';
import { inject } from 'vitest';
import type { InstanceStatus } from '../../../src/status/instance-status.ts';
import { askHttp } from '../../support/running-manager.ts';
import { atTheEnd } from '../support/at-the-end.ts';
import { engine, type Output } from '../support/engine-command.ts';
import { extensionImage, images } from '../support/images.ts';
import { freshClone } from './fresh-clone.ts';

/** A project in a fresh clone, as its user sees it. */
export interface ComposeProject {
  readonly folder: string;
  /** `docker compose` at the top of the clone; throws what it says when it fails. */
  readonly compose: (args: readonly string[]) => Promise<Output>;
  /** `psql` in the container, as the README has it, writing nothing but the values. */
  readonly sql: (statement: string) => Promise<string>;
  /** The rows of one statement in a session over the published port. */
  readonly overTcp: (password: string | undefined, statement: string) => Promise<readonly unknown[]>;
  readonly get: (path: string) => ReturnType<typeof askHttp>;
  readonly status: () => Promise<InstanceStatus>;
  /** The id of the container of PostgreSQL, empty without one. */
  readonly container: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** Why there can be no such project here; undefined: there can. */
export async function whyNoCompose(): Promise<string | undefined> {
  const { exitCode, stdout } = await execa('docker', ['compose', 'version', '--short'], { reject: false });
  const [major = 0, minor = 0] = exitCode === 0 ? stdout.replace(/^v/, '').split('.').map(Number) : [];
  if (inject('laboratory').engine === 'docker' && (major > 2 || (major === 2 && minor >= 35))) return undefined;
  return `it takes Docker >= 28 with Compose >= 2.35 (found: ${exitCode === 0 ? stdout : 'none'})`;
}

export async function composeProject(): Promise<ComposeProject> {
  const name = `pgim-e2e-${randomBytes(4).toString('hex')}`;
  const [folder, postgresPort, statusPort] = await Promise.all([freshClone(), freePort(), freePort()]);
  // one process for all, so that nothing stays when this one is killed
  const script = 'docker compose --project-name "$1" down --volumes; docker image rm "$1/postgres" "$1-extensions"';
  const remove = atTheEnd(['sh', '-c', script, 'sh', name]);
  const env = {
    BUILD_NETWORK: 'host',
    BUILD_BASE: process.env['PGIM_E2E_DEBIAN'] ?? 'debian:forky-slim',
    POSTGRES_BASE: images.base,
    POSTGRES_IMAGE: `${name}/postgres`,
    PGVECTOR_IMAGE: extensionImage('pgvector'),
    POSTGIS_IMAGE: extensionImage('postgis'),
    POSTGRES_PORT: String(postgresPort),
    STATUS_PORT: String(statusPort),
    COMPOSE_PROJECT_NAME: name,
  };

  const compose: ComposeProject['compose'] = async (args) => {
    const { exitCode, stdout, stderr, all } = await execa('docker', ['compose', ...args], {
      cwd: folder,
      env,
      all: true,
      reject: false,
      input: '',
    });
    if (exitCode === 0) return { exitCode, stdout, stderr, all };
    throw new Error(`docker compose ${args.join(' ')}: exit code ${exitCode}\n${all.slice(-6_000)}`);
  };
  const container: ComposeProject['container'] = async () => {
    const labels = [`project=${name}`, 'service=postgres'].map((label) => `label=com.docker.compose.${label}`);
    return (await engine(['ps', '--quiet', '--no-trunc', ...labels.flatMap((label) => ['--filter', label])])).stdout;
  };
  const get: ComposeProject['get'] = (path) => askHttp('GET', `http://127.0.0.1:${statusPort}${path}`);

  return {
    folder,
    compose,
    sql: async (statement) => {
      const psql = ['psql', '-U', 'postgres', '-v', 'ON_ERROR_STOP=1', '-qAtX', '-c', statement];
      return (await engine(['exec', await container(), ...psql])).stdout;
    },
    overTcp: async (password, statement) => {
      const client = new pg.Client({ host: '127.0.0.1', port: postgresPort, user: 'postgres', password });
      try {
        await client.connect();
        return (await client.query(statement)).rows;
      } finally {
        await client.end();
      }
    },
    get,
    status: async () => JSON.parse((await get('/status')).body),
    container,
    remove,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
