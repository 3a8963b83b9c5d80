import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEnviron } from '../../../src/environment/compare-environment.ts';
import type { RunningManager } from '../../support/running-manager.ts';
import { type InstanceFolder, instanceFolder } from './instance-folder.ts';
import { childrenOf } from './processes.ts';

const configuration = `
extensions:
  - name: uuid-ossp
    ld_library_path: [system, lib]
    bin_path: [bin]
    env:
      - { name: UUID_DATA, value: "\${image_root}/share/uuid" }
      - { name: UUID_LITERAL, value: "a=b $\${image_root} 'c'" }
  - name: hstore
    ld_library_path: [lib]
`;

describe('the environment of the postmaster', () => {
  let place: InstanceFolder;
  let manager: RunningManager;
  let variables: Readonly<Record<string, string>>;
  beforeAll(async () => {
    place = await instanceFolder({ configuration, images: ['uuid-ossp', 'hstore'] });
    manager = await place.startReady({
      environment: {
        LD_LIBRARY_PATH: ':/usr/local/lib::/opt/lib:',
        PATH: '/usr/bin::/bin:',
        TZ: 'Asia/Tokyo',
        AWS_REGION: 'eu-central-1',
        NODE_OPTIONS: '--no-deprecation',
        NODE_EXTRA_CA_CERTS: '/nowhere',
        PGIM_LOG_LEVEL: 'debug',
        PGPASSWORD: 'hush',
        POSTGRES_PASSWORD: 'hush',
      },
    });
    variables = environmentOf((await manager.status()).postgres.pid);
  });
  afterAll(() => place?.remove());

  test('has LD_LIBRARY_PATH with the existing value first, then the images in order, and no empty element', () => {
    const at = place.extensionsDirectory;
    expect(variables['LD_LIBRARY_PATH']).toBe(
      `/usr/local/lib:/opt/lib:${at}/uuid-ossp/system:${at}/uuid-ossp/lib:${at}/hstore/lib`,
    );
  });

  test('has PATH in the same way', () => {
    expect(variables['PATH']).toBe(`/usr/bin:/bin:${place.extensionsDirectory}/uuid-ossp/bin`);
  });

  test('has the variables of the extensions, with the place of their image', () => {
    expect(variables).toMatchObject({
      UUID_DATA: `${place.extensionsDirectory}/uuid-ossp/share/uuid`,
      UUID_LITERAL: "a=b ${image_root} 'c'",
    });
  });

  test("has the container's other variables", () => {
    expect(variables).toMatchObject({ TZ: 'Asia/Tokyo', AWS_REGION: 'eu-central-1' });
  });

  test('has none of the variables that are for the manager, for Node.js, or secret', () => {
    const names = Object.keys(variables);
    expect(names.filter((name) => /^(NODE_|PGIM_|PGPASS|POSTGRES_PASSWORD|npm_)/.test(name))).toEqual([]);
    expect(JSON.stringify(variables)).not.toContain('hush');
  });

  test('is for the postmaster alone: the manager itself has no folder of an image in its own', () => {
    const own = environmentOf(manager.pid);
    expect(own['LD_LIBRARY_PATH']).toBe(':/usr/local/lib::/opt/lib:');
    expect(JSON.stringify(own)).not.toContain(`${place.extensionsDirectory}/uuid-ossp`);
  });

  test('needs no restart at rest', async () => {
    await manager.control('POST', '/reload');
    expect((await manager.status()).restartRequired).toEqual({ required: false, reasons: [] });
  });
});

test('without an extension that needs it, an empty LD_LIBRARY_PATH is not set at all', async () => {
  await using place = await instanceFolder();
  const manager = await place.startReady({ environment: { LD_LIBRARY_PATH: '' } });
  const variables = environmentOf((await manager.status()).postgres.pid);
  expect(variables).not.toHaveProperty('LD_LIBRARY_PATH');
});

test('a variable of an extension that replaces one of the container is a warning', async () => {
  await using place = await instanceFolder({
    configuration: 'extensions: [{ name: hstore, env: [{ name: PROJ_DATA, value: mine }] }]\n',
    images: ['hstore'],
  });
  const manager = await place.startReady({ environment: { PROJ_DATA: 'theirs' } });
  const { findings, postgres } = await manager.status();
  expect(findings).toMatchObject([
    { severity: 'warning', reason: 'EnvironmentOverridden', message: expect.stringContaining('PROJ_DATA') },
  ]);
  expect(environmentOf(postgres.pid)).toMatchObject({ PROJ_DATA: 'mine' });
});

describe('when memory runs out,', () => {
  test('a backend dies before the postmaster, and the postmaster before the manager', async () => {
    await using place = await instanceFolder();
    const manager = await place.startReady();
    const client = await manager.client();
    const [backend] = (await client.query('SELECT pg_backend_pid() AS pid')).rows;
    const { pid } = (await manager.status()).postgres;
    const own = oomScore(manager.pid);
    expect(own).toBe(oomScore(process.pid));
    expect(oomScore(pid ?? 0)).toBeGreaterThan(own);
    expect(oomScore(Number(backend.pid))).toBeGreaterThan(oomScore(pid ?? 0));
    for (const child of childrenOf(pid ?? 0)) expect(oomScore(child)).toBeGreaterThan(oomScore(pid ?? 0));
  });
});

function environmentOf(pid: number | null): Readonly<Record<string, string>> {
  return parseEnviron(readFileSync(`/proc/${pid}/environ`, 'utf8'));
}

function oomScore(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'));
}
